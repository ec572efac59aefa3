CREATE INDEX mt_doc_standing_idx_until ON enrollment.mt_doc_standing USING btree ((data ->> 'until'));
CREATE INDEX mt_events_restricted ON enrollment.mt_events (seq_id) WHERE type = 'learner.restricted.v1';
