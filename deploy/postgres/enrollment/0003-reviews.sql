CREATE TABLE IF NOT EXISTS enrollment.mt_doc_review (
    id                  uuid                        NOT NULL,
    data                jsonb                       NOT NULL,
    mt_last_modified    timestamp with time zone    NULL DEFAULT (transaction_timestamp()),
    mt_dotnet_type      varchar                     NULL,
    mt_version          bigint                      NOT NULL DEFAULT 0,
CONSTRAINT pkey_mt_doc_review_id PRIMARY KEY (id)
);

CREATE INDEX mt_doc_review_idx_status ON enrollment.mt_doc_review USING btree ((data ->> 'status'));
