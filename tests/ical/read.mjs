// Reads an iCalendar object from standard input with ical.js in strict mode; prints what it understood as JSON.
import { readFileSync } from "node:fs";
import ICAL from "ical.js";

ICAL.design.strict = true;
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
const value = (component, name) => component.getFirstPropertyValue(name)?.toString() ?? null;
const events = calendar.getAllSubcomponents("vevent").map((component) => {
  const event = new ICAL.Event(component);
  return {
    uid: event.uid,
    sequence: event.sequence,
    summary: event.summary,
    description: event.description,
    location: event.location,
    start: event.startDate.toJSDate().toISOString(),
    end: event.endDate.toJSDate().toISOString(),
    status: value(component, "status"),
    stamp: component.getFirstPropertyValue("dtstamp").toJSDate().toISOString(),
    organizer: value(component, "organizer"),
    organizerName: component.getFirstProperty("organizer").getFirstParameter("cn") ?? null,
    attendees: component.getAllProperties("attendee").map((property) => property.getFirstValue()),
    conference: value(component, "conference"),
  };
});
console.log(JSON.stringify({ method: value(calendar, "method"), name: value(calendar, "x-wr-calname"), events }));
