using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

/// <summary>Half-days in each zone of France, in winter, in summer and in the nights in which Paris changes its clocks.</summary>
[Trait("Rule", "R24"), Trait("Rule", "R25")]
public class ZonesSpecs
{
    /// <summary>Zone, local date, local start and end, instants, true minutes.</summary>
    public static TheoryData<string, string, string, string, string, string, int> HalfDays => new()
    {
        { "Europe/Paris", "2026-01-15", "09:00", "12:30", "2026-01-15T08:00Z", "2026-01-15T11:30Z", 210 },
        { "Europe/Paris", "2026-07-15", "09:00", "12:30", "2026-07-15T07:00Z", "2026-07-15T10:30Z", 210 },
        { "Europe/Paris", "2026-03-29", "01:00", "04:00", "2026-03-29T00:00Z", "2026-03-29T02:00Z", 120 },
        { "Europe/Paris", "2026-10-25", "01:00", "04:00", "2026-10-24T23:00Z", "2026-10-25T03:00Z", 240 },
        { "Europe/Paris", "2026-03-29", "09:00", "12:30", "2026-03-29T07:00Z", "2026-03-29T10:30Z", 210 },
        { "Europe/Paris", "2026-10-25", "09:00", "12:30", "2026-10-25T08:00Z", "2026-10-25T11:30Z", 210 },
        { "America/Guadeloupe", "2026-01-15", "09:00", "12:30", "2026-01-15T13:00Z", "2026-01-15T16:30Z", 210 },
        { "America/Guadeloupe", "2026-07-15", "09:00", "12:30", "2026-07-15T13:00Z", "2026-07-15T16:30Z", 210 },
        { "America/Guadeloupe", "2026-03-29", "01:00", "04:00", "2026-03-29T05:00Z", "2026-03-29T08:00Z", 180 },
        { "America/Guadeloupe", "2026-10-25", "02:30", "04:00", "2026-10-25T06:30Z", "2026-10-25T08:00Z", 90 },
        { "America/Cayenne", "2026-01-15", "09:00", "12:30", "2026-01-15T12:00Z", "2026-01-15T15:30Z", 210 },
        { "America/Cayenne", "2026-07-15", "09:00", "12:30", "2026-07-15T12:00Z", "2026-07-15T15:30Z", 210 },
        { "America/Cayenne", "2026-03-29", "02:30", "04:00", "2026-03-29T05:30Z", "2026-03-29T07:00Z", 90 },
        { "Indian/Reunion", "2026-01-15", "09:00", "12:30", "2026-01-15T05:00Z", "2026-01-15T08:30Z", 210 },
        { "Indian/Reunion", "2026-07-15", "09:00", "12:30", "2026-07-15T05:00Z", "2026-07-15T08:30Z", 210 },
        { "Indian/Reunion", "2026-03-29", "02:30", "04:00", "2026-03-28T22:30Z", "2026-03-29T00:00Z", 90 },
        { "Indian/Mayotte", "2026-01-15", "09:00", "12:30", "2026-01-15T06:00Z", "2026-01-15T09:30Z", 210 },
        { "Indian/Mayotte", "2026-07-15", "09:00", "12:30", "2026-07-15T06:00Z", "2026-07-15T09:30Z", 210 },
        { "Indian/Mayotte", "2026-10-25", "02:30", "04:00", "2026-10-24T23:30Z", "2026-10-25T01:00Z", 90 },
        { "Pacific/Noumea", "2026-01-15", "09:00", "12:30", "2026-01-14T22:00Z", "2026-01-15T01:30Z", 210 },
        { "Pacific/Noumea", "2026-07-15", "09:00", "12:30", "2026-07-14T22:00Z", "2026-07-15T01:30Z", 210 },
        { "Pacific/Noumea", "2026-10-25", "02:30", "04:00", "2026-10-24T15:30Z", "2026-10-24T17:00Z", 90 },
        { "Pacific/Tahiti", "2026-01-15", "09:00", "12:30", "2026-01-15T19:00Z", "2026-01-15T22:30Z", 210 },
        { "Pacific/Tahiti", "2026-07-15", "16:00", "19:30", "2026-07-16T02:00Z", "2026-07-16T05:30Z", 210 },
        { "Pacific/Tahiti", "2026-03-29", "02:30", "04:00", "2026-03-29T12:30Z", "2026-03-29T14:00Z", 90 },
    };

    [Theory, MemberData(nameof(HalfDays))]
    public void A_half_day_has_its_instants_and_its_true_minutes(
        string zone, string date, string start, string end, string startsAt, string endsAt, int minutes)
    {
        var plan = new PlanSession(CohortId, 1, DateOnly.Parse(date, null), TimeOnly.Parse(start, null), TimeOnly.Parse(end, null), "trainer-nora", "Salle 2");
        var planned = new SessionPlanned(
            CohortId, 1, zone, plan.Date.ToDateTime(plan.Start), plan.Date.ToDateTime(plan.End),
            DateTimeOffset.Parse(startsAt, null), DateTimeOffset.Parse(endsAt, null), "trainer-nora", "Salle 2", "Lyon");
        Given().When(plan.For(Given(Planned(12) with { Zone = zone }).State<Cohort>())).Then(planned);
        Given(planned, new SigningOpened([]), new TrainerCountersigned("trainer-nora", planned.EndsAt))
            .When(new SealSession(), planned.EndsAt).Then(new SessionSealed(minutes, planned.EndsAt));
    }
}
