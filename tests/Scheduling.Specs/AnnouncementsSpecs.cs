using AwesomeAssertions;
using Tremplin.Contracts.Scheduling.V1;
using Tremplin.Defaults;
using Tremplin.Scheduling.Programmes;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;
using Cohort = Tremplin.Scheduling.Cohorts;
using Session = Tremplin.Scheduling.Sessions;

namespace Tremplin.Scheduling.Specs;

public class AnnouncementsSpecs
{
    private static readonly Guid Stream = Id(300);

    private static readonly PinnedProgramme Pinned = new(
        "digital-basics", 1, "Les bases du numérique", Basics.Objectives, 0.8m, 10m, 36);

    /// <summary>A stored event and the message that announces it, or null.</summary>
    public static TheoryData<object, object?> Announced => new()
    {
        {
            Opened(12) with { Programme = Basics with { BpfObjective = "rs" } },
            new CohortOpened(Stream, 7, "digital-basics", 1, ["69"], 12, Start) { Title = Basics.Title, BpfObjective = "rs" }
        },
        { new Cohort.CohortClosed(), new CohortClosed(Stream, 7) },
        { Seated(Awa, 3), new SeatAssigned(Awa, 3, Stream, 7) },
        { new Cohort.OfferAccepted(Awa, 3), new SeatAssigned(Awa, 3, Stream, 7) },
        { Waits(Awa, 3), new RequestWaitlisted(Awa, 3, Stream, 7) },
        { new Cohort.SeatRequestRefused(Awa, 3, LearnerOf(Awa), "Why."), new SeatRefused(Awa, 3, Stream, 7, "Why.") },
        { Offered(Awa, Start, new Cohort.PassedOver(Bilal, 1, "time clash")), new SeatOffered(Awa, 1, Stream, 7, Start) { PassedOver = [new(Bilal, "time clash")] } },
        { new Cohort.OfferExpired(Awa, 3, Start), new OfferExpired(Awa, 3, Stream, 7) },
        {
            new Cohort.TrainingFinished(Awa, 3, 14m, [SessionId], new(2026, 3, 16), new(2026, 3, 20), Basics),
            new TrainingFinished(Awa, 3, Stream, 7, [SessionId], 14m, new(2026, 3, 16), new(2026, 3, 20), Pinned)
        },
        {
            new Session.AttendanceSealed(CohortId, Awa, 3, 210, 0, Session.Evidence.NotEvidenced, Day),
            new AttendanceSealed(Awa, 3, CohortId, Stream, 7, 210, 0) { On = Day }
        },
        {
            new Session.AttendanceCorrected(
                CohortId, Awa, 3, 210, new(Session.Evidence.NotEvidenced, 0), new(Session.Evidence.MarkedByTrainer, 180),
                Session.CorrectionReason.ArrivedLate, new(Session.DocumentKind.PaperSheet, "sheet-1"), "trainer-nora", Start, On: Day),
            new AttendanceCorrected(Awa, 3, CohortId, Stream, 7, 210, 180) { On = Day }
        },
        { new Cohort.CapacityOverridden(Awa, 3, LearnerOf(Awa), Cohort.OverrideReason.Funder), new SeatAssigned(Awa, 3, Stream, 7) },
        { new Cohort.CohortCancelled(Cohort.CancellationReason.Room, Interrupted: false), new CohortCancelled(Stream, 7) },
        { new Cohort.CapacityChanged(12, 10), new CapacityChanged(Stream, 7, 10) },
        { new Cohort.SeatLost(Awa, 3, Cohort.Standing.Waiting, 2), new SeatLost(Awa, 3, Stream, 7, 2) },
        { new Cohort.LearnerAbsent(Awa, 3, [SessionId]), new LearnerAbsent(Awa, 3, Stream, 7) },
        { GroupWaits(3), null },
        { Reserved(3), null },
        { new Cohort.ReservationEnded(Group, 3, Cohort.ReservationEnd.NotNamed), null },
        { new Cohort.GroupNeedsCoordinator(Group, 3), null },
        { new Cohort.MinimumDecided(Cohort.MinimumResult.Confirm, 8, 6, null), null },
        { new Cohort.CohortStarted(), null },
        { new Cohort.DispositionRecorded(Awa, Cohort.Disposition.Waits, null), null },
        { new ProgrammePublished(Basics), null },
        { Planned(12), null },
        { new Cohort.RequestWithdrawn(Awa, 3, Cohort.Standing.Seated), null },
        { new Cohort.OfferDeclined(Awa, 3), null },
        { new Cohort.AssessmentRecorded(Awa, 14m), null },
        { HalfDay, null },
        { AwaAndBilalExpected, null },
        { new Session.LearnerSigned(Awa, Start, Late: false), null },
        { new Session.TrainerCountersigned("trainer-nora", Start), null },
        { new Session.SessionSealed(210), null },
        { new Session.DoubleBookingAllowed([Id(201)], Session.DoubleBookingReason.HeldTogether), null },
        { new Session.ConnectionsReported(Awa, [new(Start, Start.AddMinutes(200))], 0.8m, Session.LogKind.VideoConference, "LOG-1", "trainer-nora", Start), null },
        {
            new Session.SessionRescheduled(HalfDay.LocalStart, HalfDay.LocalEnd, Start.AddDays(1), End, "trainer-omar", "Salle 3", Old: PlannedBefore),
            new SessionRescheduled(Stream, 7, CohortId, 1, "Europe/Paris", Start, HalfDay.EndsAt, "Salle 2", Start.AddDays(1), End, "Salle 3")
        },
        {
            new Session.SessionCancelled(Session.Obstacle.TrainerAway, PlannedBefore),
            new SessionCancelled(Stream, 7, CohortId, 1, "Europe/Paris", Start, HalfDay.EndsAt, WithCohort: false)
        },
        { new Session.SessionInterrupted(HalfDay.LocalStart, Start, Session.Obstacle.TechnicalFault), null },
        { new Session.MarkedByTrainer(Awa, "trainer-nora", Session.MarkingReason.NoDevice, Start, Late: false), null },
        {
            new Session.AttendanceCorrectionProposed(
                Awa, new(Session.Evidence.NotEvidenced, 0), new(Session.Evidence.MarkedByTrainer, 180), Session.CorrectionReason.ArrivedLate,
                new(Session.DocumentKind.PaperSheet, "sheet-1"), "trainer-nora", Start),
            null
        },
    };

    [Theory, MemberData(nameof(Announced), DisableDiscoveryEnumeration = true)]
    public void Announces_an_event_by_one_message_or_none(object @event, object? message)
    {
        var announced = Announcements.From(new(Id(400), Stream, 7, @event, Now));
        announced?.GetType().Should().Be(message!.GetType());
        announced.Should().BeEquivalentTo(message, o => o.WithStrictOrdering().PreferringRuntimeMemberTypes().ComparingRecordsByMembers());
    }

    [Fact]
    public void Says_that_a_half_day_goes_with_its_cohort() =>
        Announcements.From(new(Id(400), Stream, 7, new Session.SessionCancelled(Session.Obstacle.CohortCancelled, PlannedBefore), Now))
            .Should().BeOfType<SessionCancelled>().Which.WithCohort.Should().BeTrue();

    [Fact]
    public void Keeps_silent_about_moves_of_earlier_versions_which_do_not_say_of_what()
    {
        Announcements.From(new(Id(400), Stream, 7, new Session.SessionCancelled(Session.Obstacle.TrainerAway), Now)).Should().BeNull();
        Announcements.From(new(Id(400), Stream, 7, new Session.SessionRescheduled(HalfDay.LocalStart, HalfDay.LocalEnd, Start, End, "trainer-omar", "Salle 3"), Now)).Should().BeNull();
    }

    /// <summary>Whoever adds an event decides whether it is announced.</summary>
    [Fact]
    public void Covers_every_event_of_the_service() =>
        Announced.Select(row => row.Data.Item1.GetType()).Should().BeEquivalentTo(
            typeof(Announcements).Assembly.GetTypes().Where(t => t.GetCustomAttributes(typeof(StoredAsAttribute), false).Length > 0));
}
