CREATE TABLE IF NOT EXISTS public.learner_marks (
    mark          bytea    NOT NULL,
    learner_id    uuid     NOT NULL,
CONSTRAINT pkey_learner_marks_mark_learner_id PRIMARY KEY (mark, learner_id)
);

DO $do$
BEGIN
ALTER TABLE public.learner_marks
ADD CONSTRAINT fkey_learner_marks_learner_id FOREIGN KEY(learner_id)
REFERENCES public.learner_keys(learner_id)ON DELETE CASCADE
;
EXCEPTION
    WHEN duplicate_object THEN NULL;
END
$do$;

CREATE INDEX idx_learner_marks_learner_id ON public.learner_marks USING btree (learner_id);
ALTER TABLE learner_marks SET (autovacuum_enabled = true, vacuum_index_cleanup = on, autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_insert_threshold = 0, autovacuum_vacuum_insert_scale_factor = 0);
