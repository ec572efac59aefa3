CREATE TABLE IF NOT EXISTS enrollment.mt_doc_standing (
    id                  uuid                        NOT NULL,
    data                jsonb                       NOT NULL,
    mt_last_modified    timestamp with time zone    NULL DEFAULT (transaction_timestamp()),
    mt_dotnet_type      varchar                     NULL,
    mt_version          bigint                      NOT NULL DEFAULT 0,
CONSTRAINT pkey_mt_doc_standing_id PRIMARY KEY (id)
);

CREATE INDEX mt_doc_standing_idx_into ON enrollment.mt_doc_standing USING btree ((CAST(data ->> 'into' as uuid)));
CREATE INDEX mt_events_merged ON enrollment.mt_events (seq_id) WHERE type = 'learner.merged.v1';
