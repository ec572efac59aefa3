-- Who may do what in the database of Identity. Run by migrate each time, after the patches, as one transaction.
BEGIN;
REVOKE ALL ON DATABASE identity FROM PUBLIC;
GRANT CONNECT ON DATABASE identity TO tremplin_identity, tremplin_auditor, tremplin_backup;
REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, tremplin_identity, tremplin_auditor;

GRANT SELECT, INSERT, UPDATE, DELETE ON "OpenIddictApplications" TO tremplin_identity;
-- Nothing is ever stored there; OpenIddict looks for what hangs on a client that it deletes.
GRANT SELECT, DELETE ON "OpenIddictAuthorizations", "OpenIddictTokens" TO tremplin_identity;
GRANT SELECT ON "OpenIddictScopes", applied_patch TO tremplin_identity;

-- Without the secrets, though they are hashed.
GRANT SELECT ("Id", "ApplicationType", "ClientId", "ClientType", "ConcurrencyToken", "ConsentType", "DisplayName", "Permissions", "Properties")
  ON "OpenIddictApplications" TO tremplin_auditor;
GRANT SELECT ON "OpenIddictScopes", applied_patch TO tremplin_auditor;
COMMIT;
