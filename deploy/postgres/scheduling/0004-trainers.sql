CREATE INDEX mt_events_trainer ON scheduling.mt_events ((data ->> 'trainer')) WHERE (data ->> 'trainer') IS NOT NULL;
