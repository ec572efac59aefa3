CREATE TABLE IF NOT EXISTS public."OpenIddictApplications" (
    "Id"                        text                      NOT NULL,
    "ApplicationType"           character varying(50)     NULL,
    "ClientId"                  character varying(100)    NULL,
    "ClientSecret"              text                      NULL,
    "ClientType"                character varying(50)     NULL,
    "ConcurrencyToken"          character varying(50)     NULL,
    "ConsentType"               character varying(50)     NULL,
    "DisplayName"               text                      NULL,
    "DisplayNames"              text                      NULL,
    "JsonWebKeySet"             text                      NULL,
    "Permissions"               text                      NULL,
    "PostLogoutRedirectUris"    text                      NULL,
    "Properties"                text                      NULL,
    "RedirectUris"              text                      NULL,
    "Requirements"              text                      NULL,
    "Settings"                  text                      NULL,
CONSTRAINT "PK_OpenIddictApplications" PRIMARY KEY ("Id")
);

CREATE UNIQUE INDEX "IX_OpenIddictApplications_ClientId" ON public."OpenIddictApplications" USING btree ("ClientId");
CREATE TABLE IF NOT EXISTS public."OpenIddictScopes" (
    "Id"                  text                      NOT NULL,
    "ConcurrencyToken"    character varying(50)     NULL,
    "Description"         text                      NULL,
    "Descriptions"        text                      NULL,
    "DisplayName"         text                      NULL,
    "DisplayNames"        text                      NULL,
    "Name"                character varying(200)    NULL,
    "Properties"          text                      NULL,
    "Resources"           text                      NULL,
CONSTRAINT "PK_OpenIddictScopes" PRIMARY KEY ("Id")
);

CREATE UNIQUE INDEX "IX_OpenIddictScopes_Name" ON public."OpenIddictScopes" USING btree ("Name");
CREATE TABLE IF NOT EXISTS public."OpenIddictAuthorizations" (
    "Id"                  text                        NOT NULL,
    "ApplicationId"       text                        NULL,
    "ConcurrencyToken"    character varying(50)       NULL,
    "CreationDate"        timestamp with time zone    NULL,
    "Properties"          text                        NULL,
    "Scopes"              text                        NULL,
    "Status"              character varying(50)       NULL,
    "Subject"             character varying(400)      NULL,
    "Type"                character varying(50)       NULL,
CONSTRAINT "PK_OpenIddictAuthorizations" PRIMARY KEY ("Id")
);

DO $do$
BEGIN
ALTER TABLE public."OpenIddictAuthorizations"
ADD CONSTRAINT "FK_OpenIddictAuthorizations_OpenIddictApplications_Application~" FOREIGN KEY("ApplicationId")
REFERENCES public."OpenIddictApplications"("Id");
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$do$;

CREATE INDEX "IX_OpenIddictAuthorizations_ApplicationId_Status_Subject_Type" ON public."OpenIddictAuthorizations" USING btree ("ApplicationId", "Status", "Subject", "Type");
CREATE TABLE IF NOT EXISTS public."OpenIddictTokens" (
    "Id"                  text                        NOT NULL,
    "ApplicationId"       text                        NULL,
    "AuthorizationId"     text                        NULL,
    "ConcurrencyToken"    character varying(50)       NULL,
    "CreationDate"        timestamp with time zone    NULL,
    "ExpirationDate"      timestamp with time zone    NULL,
    "Payload"             text                        NULL,
    "Properties"          text                        NULL,
    "RedemptionDate"      timestamp with time zone    NULL,
    "ReferenceId"         character varying(100)      NULL,
    "Status"              character varying(50)       NULL,
    "Subject"             character varying(400)      NULL,
    "Type"                character varying(150)      NULL,
CONSTRAINT "PK_OpenIddictTokens" PRIMARY KEY ("Id")
);

DO $do$
BEGIN
ALTER TABLE public."OpenIddictTokens"
ADD CONSTRAINT "FK_OpenIddictTokens_OpenIddictApplications_ApplicationId" FOREIGN KEY("ApplicationId")
REFERENCES public."OpenIddictApplications"("Id");
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$do$;

DO $do$
BEGIN
ALTER TABLE public."OpenIddictTokens"
ADD CONSTRAINT "FK_OpenIddictTokens_OpenIddictAuthorizations_AuthorizationId" FOREIGN KEY("AuthorizationId")
REFERENCES public."OpenIddictAuthorizations"("Id");
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$do$;

CREATE INDEX "IX_OpenIddictTokens_AuthorizationId" ON public."OpenIddictTokens" USING btree ("AuthorizationId");

CREATE UNIQUE INDEX "IX_OpenIddictTokens_ReferenceId" ON public."OpenIddictTokens" USING btree ("ReferenceId");

CREATE INDEX "IX_OpenIddictTokens_ApplicationId_Status_Subject_Type" ON public."OpenIddictTokens" USING btree ("ApplicationId", "Status", "Subject", "Type");
