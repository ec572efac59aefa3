using System.Text.Json;
using AwesomeAssertions;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The calendars, read by another program than the one that writes them: ical.js, which Thunderbird has.</summary>
public class CalendarSpecs
{
    private static readonly DateTimeOffset Now = new(2026, 1, 5, 8, 0, 0, TimeSpan.Zero);

    private static readonly string[] Zones =
    [
        "Europe/Paris", "America/Guadeloupe", "America/Cayenne", "Indian/Reunion", "Indian/Mayotte", "Pacific/Noumea", "Pacific/Tahiti",
    ];

    /// <summary>Winter, summer, and the nights in which Paris changes its clocks.</summary>
    private static readonly (string Day, string Start, string End)[] Times =
    [
        ("2026-01-15", "09:00", "12:30"), ("2026-07-15", "09:00", "12:30"), ("2026-03-29", "01:00", "04:00"), ("2026-03-29", "09:00", "12:30"),
        ("2026-10-25", "01:00", "04:00"), ("2026-10-25", "02:30", "05:00"), ("2026-10-25", "09:00", "12:30"),
    ];

    [Fact]
    [Trait("Rule", "R24"), Trait("Rule", "R25"), Trait("Rule", "R26")]
    public void Another_program_reads_the_instants_that_were_decided()
    {
        var plans = Zones.SelectMany(zone => Times.SelectMany(time => Enum.GetValues<Occurrence>().Select(choice => Plan(zone, time, choice)))).ToList();
        plans.Should().HaveCount(Zones.Length * Times.Length * 2);
        // The hour that comes twice, in the first and in the second sense: an hour apart.
        var twice = plans.Where(p => p is { Zone: "Europe/Paris", LocalStart: { Month: 10, Hour: 2 } }).Select(p => p.StartsAt).ToList();
        (twice[1] - twice[0]).Should().Be(TimeSpan.FromHours(1));

        var lines = Timetable.OfTrainer("trainer", plans.Select((p, n) => new Recorded(Guid.NewGuid(), Id(n), 1, p, Now)));
        var read = Read(Timetable.Text(lines, lines.ToDictionary(l => l.Session.CohortId, _ => Cohort.Initial with { ProgrammeRef = "Théâtre, et \"vente\"; 1\\2", Place = "Saint-Étienne" })));
        read.Select(e => (e.Uid, e.Start, e.End)).Should().BeEquivalentTo(plans.Select((p, n) => ($"{Id(n)}@tremplin", p.StartsAt, p.EndsAt)));
        read.Should().OnlyContain(e => e.Summary.StartsWith("Théâtre, et \"vente\"; 1\\2 (") && e.Status == "CONFIRMED" && e.Method == "PUBLISH" && e.Stamp == Now);
    }

    [Fact]
    [Trait("Rule", "R26")]
    public void Another_program_reads_a_cancellation()
    {
        var plan = Plan("Europe/Paris", Times[0], Occurrence.Earlier);
        var lines = Timetable.OfTrainer("trainer",
        [
            new(Guid.NewGuid(), Id(1), 1, plan, Now), new(Guid.NewGuid(), Id(1), 2, new SessionRescheduled(plan.LocalStart, plan.LocalEnd, plan.StartsAt, plan.EndsAt, "trainer", "B"), Now),
            new(Guid.NewGuid(), Id(1), 3, new SessionCancelled(Obstacle.TrainerAway), Now),
        ]);
        Read(Timetable.Text(lines, new Dictionary<Guid, Cohort> { [plan.CohortId] = Cohort.Initial }, cancels: true)).Should().ContainSingle()
            .Which.Should().Match<Half>(e => e.Method == "CANCEL" && e.Status == "CANCELLED" && e.Sequence == 2 && e.Uid == $"{Id(1)}@tremplin");
    }

    private static SessionPlanned Plan(string zone, (string Day, string Start, string End) time, Occurrence choice)
    {
        var asked = new PlanSession(Guid.NewGuid(), 1, DateOnly.Parse(time.Day, null), TimeOnly.Parse(time.Start, null), TimeOnly.Parse(time.End, null), "trainer", "A", choice);
        var decided = asked.For(Cohort.Initial with { Status = CohortStatus.Draft, Zone = zone }).Decide(Session.Initial, Now);
        return (SessionPlanned)decided.Should().BeOfType<Decision.Accepted>().Which.Events.Single();
    }

    private static List<Half> Read(string calendar) =>
        [.. Node.Run("calendar.mjs", calendar).Select(line => JsonSerializer.Deserialize<Half>(line, JsonSerializerOptions.Web)!)];

    private static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    private sealed record Half(string Uid, int Sequence, string Status, string Summary, DateTimeOffset Start, DateTimeOffset End, DateTimeOffset Stamp, string Method);
}
