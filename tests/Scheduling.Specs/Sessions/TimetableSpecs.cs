using AwesomeAssertions;
using Ical.Net;
using Ical.Net.CalendarComponents;
using Tremplin.Defaults;
using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

/// <summary>What a learner's and a trainer's calendar show, as a program reads it.</summary>
[Trait("Rule", "R26")]
public class TimetableSpecs
{
    private static readonly Guid Second = Id(201), Other = Id(101);

    // The day after the first half-day.
    private static readonly DateTimeOffset Between = Start.AddDays(1);

    private static readonly SessionPlanned Later = HalfDay with
    {
        Number = 2,
        LocalStart = HalfDay.LocalStart.AddDays(3),
        LocalEnd = HalfDay.LocalEnd.AddDays(3),
        StartsAt = HalfDay.StartsAt.AddDays(3),
        EndsAt = HalfDay.EndsAt.AddDays(3),
    };

    private static readonly IReadOnlyDictionary<Guid, Cohort> Cohorts = new Dictionary<Guid, Cohort> { [CohortId] = Given(OpenCohortOf(12)).State<Cohort>() };

    private static readonly Recorded[] TwoHalfDays = [Of(SessionId, 1, HalfDay, Now), Of(Second, 1, Later, Now)];

    [Fact]
    public void Shows_a_seat_holder_every_half_day_of_the_cohort()
    {
        var (first, second) = Two(Read(OfRecord([Seat(Now)], TwoHalfDays)));
        (first.Uid, first.Sequence, first.Status).Should().Be(($"{SessionId}@tremplin", 0, "CONFIRMED"));
        (first.Summary, first.Location, first.Description).Should()
            .Be(("Les bases du numérique (1/2)", "Salle 2, Lyon", "2026-03-16 09:00–12:30 Europe/Paris"));
        (first.DtStart!.AsUtc, first.DtEnd!.AsUtc).Should().Be((HalfDay.StartsAt.UtcDateTime, HalfDay.EndsAt.UtcDateTime));
        (second.Uid, second.DtStart!.AsUtc).Should().Be(($"{Second}@tremplin", Later.StartsAt.UtcDateTime));
    }

    [Fact]
    public void Keeps_the_uid_and_raises_the_sequence_with_each_move()
    {
        var moved = RescheduleSessionSpecs.Moved;
        var first = Read(OfRecord([Seat(Now)], [TwoHalfDays[0], Of(SessionId, 2, moved, Now.AddHours(1)), Of(SessionId, 3, moved with { Room = "Salle 4" }, Now.AddHours(2))])).Single();
        (first.Uid, first.Sequence, first.Status, first.Location).Should().Be(($"{SessionId}@tremplin", 2, "CONFIRMED", "Salle 4, Lyon"));
        (first.DtStart!.AsUtc, first.LastModified!.AsUtc, first.DtStamp!.AsUtc).Should().Be((moved.StartsAt.UtcDateTime, Now.AddHours(2).UtcDateTime, Now.AddHours(2).UtcDateTime));
    }

    [Fact]
    public void Keeps_a_cancelled_half_day_as_cancelled_and_frees_the_time()
    {
        var first = Read(OfRecord([Seat(Now)], [TwoHalfDays[0], Of(SessionId, 2, new SessionCancelled(Obstacle.TrainerAway), Between)])).Single();
        (first.Sequence, first.Status, first.Transparency, first.LastModified!.AsUtc).Should().Be((1, "CANCELLED", "TRANSPARENT", Between.UtcDateTime));
    }

    [Fact]
    public void Publishes_a_feed_and_cancels_a_half_day_alone()
    {
        var lines = OfRecord([Seat(Now)], [TwoHalfDays[0], Of(SessionId, 2, new SessionCancelled(Obstacle.TrainerAway), Between)]);
        Calendar.Load(Timetable.Text(lines, Cohorts))!.Method.Should().Be("PUBLISH");
        Calendar.Load(Timetable.Text(lines, Cohorts, cancels: true))!.Method.Should().Be("CANCEL");
    }

    [Fact, Trait("Rule", "R29")]
    public void Keeps_what_was_held_before_the_learner_left_and_cancels_what_comes_after()
    {
        var (first, second) = Two(Read(OfRecord([Seat(Now), Of(CohortId, 7, new RequestWithdrawn(Awa, 4, Standing.Seated), Between)], TwoHalfDays)));
        (first.Status, second.Status).Should().Be(("CONFIRMED", "CANCELLED"));
        (second.Sequence, second.LastModified!.AsUtc).Should().Be((1, Between.UtcDateTime));
    }

    [Fact]
    public void Shows_it_again_to_whoever_comes_again_with_a_higher_sequence()
    {
        var again = OfRecord(
            [Seat(Now), Of(CohortId, 7, new RequestWithdrawn(Awa, 4, Standing.Seated), Now.AddDays(1)), Of(CohortId, 8, Waits(Awa, 5), Now.AddDays(2)), Of(CohortId, 9, new OfferAccepted(Awa, 6), Now.AddDays(3))],
            TwoHalfDays);
        Read(again).Should().OnlyContain(e => e.Sequence == 2 && e.Status == "CONFIRMED");
    }

    [Fact]
    public void Cancels_all_that_is_to_come_when_the_cohort_takes_the_seat_away()
    {
        object[] ways = [new SeatLost(Awa, 1, Standing.Seated, 1), new LearnerAbsent(Awa, 1, [SessionId])];
        foreach (var way in ways)
            Two(Read(OfRecord([Seat(Now), Of(CohortId, 9, way, Between)], TwoHalfDays))).Second.Status.Should().Be("CANCELLED");
    }

    [Fact]
    public void Shows_nothing_of_a_cohort_in_which_the_learner_holds_no_seat()
    {
        OfRecord([Of(CohortId, 3, new RequestWithdrawn(Awa, 2, Standing.Waiting), Now)], TwoHalfDays).Should().BeEmpty();
        OfRecord([Of(Other, 3, Seated(Awa), Now)], TwoHalfDays).Should().BeEmpty();
        OfRecord([Seat(Between)], TwoHalfDays).Select(l => l.Session.Id).Should().Equal([Second], "the first was over when the learner came");
    }

    [Fact]
    public void Shows_a_trainer_what_is_theirs_and_cancels_what_another_holds_by_now()
    {
        Recorded[] plans = [.. TwoHalfDays, Of(SessionId, 2, RescheduleSessionSpecs.Moved, Between)];
        Two(Read(Timetable.OfTrainer("trainer-nora", plans))).Should().Match<(CalendarEvent First, CalendarEvent Second)>(
            e => e.First.Status == "CANCELLED" && e.First.Sequence == 1 && e.Second.Status == "CONFIRMED");
        Read(Timetable.OfTrainer("trainer-omar", plans))[0].Status.Should().Be("CONFIRMED");
    }

    [Fact]
    public void Is_the_same_bytes_each_time_and_whatever_order_the_events_come_in()
    {
        Recorded[] plans = [.. TwoHalfDays, Of(SessionId, 2, RescheduleSessionSpecs.Moved, Between)];
        Timetable.Text(OfRecord([Seat(Now)], plans), Cohorts).Should().Be(Timetable.Text(OfRecord([Seat(Now)], plans.Reverse()), Cohorts));
    }

    [Fact]
    public void Holds_no_trainer_no_learner_and_no_record() =>
        Timetable.Text(OfRecord([Seat(Now)], TwoHalfDays), Cohorts).Should().NotContain("nora").And.NotContain(Awa.ToString()).And.NotContain(LearnerOf(Awa).ToString());

    [Theory, MemberData(nameof(ZonesSpecs.HalfDays), MemberType = typeof(ZonesSpecs)), Trait("Rule", "R24"), Trait("Rule", "R25")]
    public void Means_the_instant_in_every_zone_and_in_the_nights_of_the_clock_change(
        string zone, string date, string start, string end, string startsAt, string endsAt, int minutes)
    {
        var day = DateOnly.Parse(date, null);
        var planned = HalfDay with
        {
            Zone = zone,
            LocalStart = day.ToDateTime(TimeOnly.Parse(start, null)),
            LocalEnd = day.ToDateTime(TimeOnly.Parse(end, null)),
            StartsAt = DateTimeOffset.Parse(startsAt, null),
            EndsAt = DateTimeOffset.Parse(endsAt, null),
        };
        var read = Read(Timetable.OfTrainer("trainer-nora", [Of(SessionId, 1, planned, Now)])).Single();
        (read.DtStart!.AsUtc, read.DtEnd!.AsUtc).Should().Be((planned.StartsAt.UtcDateTime, planned.EndsAt.UtcDateTime));
        (read.DtEnd.AsUtc - read.DtStart.AsUtc).TotalMinutes.Should().Be(minutes);
        read.Description.Should().Be($"{date} {start}–{end} {zone}");
    }

    private static Recorded Of(Guid stream, long version, object data, DateTimeOffset at) => new(Guid.NewGuid(), stream, version, data, at);

    private static Recorded Seat(DateTimeOffset at) => Of(CohortId, 3, Seated(Awa), at);

    private static IReadOnlyList<TimetableLine> OfRecord(IEnumerable<Recorded> seats, IEnumerable<Recorded> plans) => Timetable.OfRecord(seats, plans);

    private static IReadOnlyList<CalendarEvent> Read(IEnumerable<TimetableLine> lines) => [.. Calendar.Load(Timetable.Text(lines, Cohorts))!.Events];

    private static (CalendarEvent First, CalendarEvent Second) Two(IReadOnlyList<CalendarEvent> events)
    {
        events.Should().HaveCount(2);
        return (events[0], events[1]);
    }
}
