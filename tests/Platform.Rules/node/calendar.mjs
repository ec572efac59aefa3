// Reads a calendar from standard input as Thunderbird does (ical.js), and prints each half-day as a line of JSON.
import { readFileSync } from 'node:fs';
import ICAL from 'ical.js';

const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, 'utf8')));
for (const component of calendar.getAllSubcomponents('vevent')) {
  const event = new ICAL.Event(component, { strictExceptions: true });
  console.log(JSON.stringify({
    uid: event.uid,
    sequence: event.sequence,
    status: component.getFirstPropertyValue('status'),
    summary: event.summary,
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    stamp: component.getFirstPropertyValue('dtstamp').toJSDate().toISOString(),
    method: calendar.getFirstPropertyValue('method'),
  }));
}
