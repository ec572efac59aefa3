ALTER TABLE public.learner_keys ADD COLUMN withheld boolean NOT NULL DEFAULT false;
