CREATE TABLE IF NOT EXISTS public.learner_keys (
    fingerprint    bytea    NOT NULL,
    learner_id     uuid     NOT NULL,
    wrapped_key    bytea    NOT NULL,
CONSTRAINT pkey_learner_keys_fingerprint PRIMARY KEY (fingerprint)
);

CREATE UNIQUE INDEX idx_learner_keys_learner_id ON public.learner_keys USING btree (learner_id);
