-- What the sweepers look for each second, among all cohorts that ever were.
CREATE INDEX mt_doc_cohort_idx_statusstarts_at ON scheduling.mt_doc_cohort USING btree ((data ->> 'status'), (scheduling.mt_immutable_timestamptz(data ->> 'startsAt')));
CREATE INDEX mt_doc_cohort_idx_statusminimum_due_at ON scheduling.mt_doc_cohort USING btree ((data ->> 'status'), (scheduling.mt_immutable_timestamptz(data ->> 'minimumDueAt')));
CREATE INDEX mt_doc_cohort_idx_statusnext_deadline ON scheduling.mt_doc_cohort USING btree ((data ->> 'status'), (scheduling.mt_immutable_timestamptz(data ->> 'nextDeadline')));
CREATE INDEX mt_doc_cohort_idx_seat_idlestarts_at ON scheduling.mt_doc_cohort USING btree ((CAST(data ->> 'seatIdle' as boolean)), (scheduling.mt_immutable_timestamptz(data ->> 'startsAt')));
CREATE INDEX mt_doc_cohort_idx_statusends_at ON scheduling.mt_doc_cohort USING btree ((data ->> 'status'), (scheduling.mt_immutable_timestamptz(data ->> 'endsAt')));
