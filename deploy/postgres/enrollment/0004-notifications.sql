CREATE TABLE IF NOT EXISTS enrollment.mt_doc_notification (
    id                  uuid                        NOT NULL,
    data                jsonb                       NOT NULL,
    mt_last_modified    timestamp with time zone    NULL DEFAULT (transaction_timestamp()),
    mt_dotnet_type      varchar                     NULL,
    mt_version          bigint                      NOT NULL DEFAULT 0,
CONSTRAINT pkey_mt_doc_notification_id PRIMARY KEY (id)
);

CREATE INDEX mt_doc_notification_idx_record_id ON enrollment.mt_doc_notification USING btree (CAST(data ->> 'recordId' as uuid));

CREATE INDEX mt_doc_notification_idx_next_look ON enrollment.mt_doc_notification USING btree (enrollment.mt_immutable_timestamptz(data ->> 'nextLook'));

CREATE INDEX mt_doc_notification_idx_status ON enrollment.mt_doc_notification USING btree ((data ->> 'status'));

-- What happened before there were notifications is told to nobody.
INSERT INTO enrollment.mt_event_progression (name, last_seq_id)
SELECT 'Notifications:All', max(seq_id) FROM enrollment.mt_events HAVING max(seq_id) IS NOT NULL;
