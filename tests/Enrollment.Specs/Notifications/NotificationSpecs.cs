using AwesomeAssertions;
using Tremplin.Defaults;
using Tremplin.Enrollment.Notifications;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.TrainingRecords;
using Xunit;
using static Tremplin.Enrollment.Specs.Sample;

namespace Tremplin.Enrollment.Specs.Notifications;

/// <summary>What is owed to a learner, who sends it, and what comes of it.</summary>
public class NotificationSpecs
{
    private static readonly Guid Cause = Guid.Parse("77777777-0000-5000-8000-000000000001");
    private static readonly Guid Id = Notification.IdFor(Cause, LearnerId);

    private static readonly IReadOnlyDictionary<Guid, CohortFacts> Cohorts = new Dictionary<Guid, CohortFacts>
    {
        [Cohort] = Announced with { Title = "Outils collaboratifs" },
        [OtherCohort] = Announced with { StartsAt = Given.Now.AddDays(60) },
    };

    private static readonly NotificationFacts Told = new("cap-ouest", "Outils collaboratifs", "Europe/Paris", Cohort, Announced.StartsAt);

    private static readonly HalfDayFacts Second = new(HalfDay(2), 3, 2, Given.Now.AddDays(31).AddHours(3), "B", Given.Now.AddDays(30));

    private static readonly TrainingRecord OfferedTo = RecordWith(Waitlisted(), Offered()).State, Holds = RecordWith(Confirmed()).State;

    private static readonly NotificationClaimed First = new(1, Given.Now);

    private static NotificationQueued Queued(NotificationKind kind = NotificationKind.SeatConfirmed, NotificationFacts? facts = null) =>
        new(RecordId, LearnerId, kind, Cause, Given.Now, facts ?? Told);

    private static NotificationQueued OfferQueued => Queued(NotificationKind.SeatOffered, Told with { Deadline = Deadline });

    private static NotificationQueued MoveQueued => Queued(NotificationKind.HalfDayMoved, Told with { StartsAt = Given.Now.AddDays(31), HalfDay = Second });

    private static ClaimNotification Claim(TrainingRecord? record, Addressee addressee = Addressee.Reachable, bool overtaken = false, bool relay = true) =>
        new(record, addressee, overtaken, relay);

    private static QueueNotification? Of(object e) => QueueNotification.Of(new(Cause, RecordId, 9, e, Given.Now), Applied, "Indian/Reunion", Cohorts);

    [Fact]
    [Trait("Rule", "R16")]
    public void Is_owed_once_for_each_cause_and_learner()
    {
        var queue = new QueueNotification(RecordId, LearnerId, NotificationKind.SeatConfirmed, Cause, Given.Now, Told);
        Given.The<Notification>().When(queue).Then(Queued());
        foreach (var later in (object[][])[[], [First], [First, new NotificationSent(1, "ok")], [new NotificationSuppressed(Suppression.Outdated)]])
            Given.The<Notification>([Queued(), .. later]).When(queue with { At = Given.Now.AddDays(9) }).ThenNothing();
        new[] { Id, Notification.IdFor(Cause, RecordId), Notification.IdFor(RecordId, LearnerId) }.Should().OnlyHaveUniqueItems();
    }

    [Fact]
    [Trait("Rule", "R6"), Trait("Rule", "R7")]
    public void Tells_of_an_offer_until_when_and_of_its_end()
    {
        Of(Offered()).Should().Be(new QueueNotification(
            RecordId, LearnerId, NotificationKind.SeatOffered, Cause, Given.Now, Told with { Zone = "Indian/Reunion", Deadline = Deadline }));
        Of(new OfferExpired(Cohort))!.Kind.Should().Be(NotificationKind.OfferExpired);
        Of(Confirmed())!.Kind.Should().Be(NotificationKind.SeatConfirmed);
    }

    [Fact]
    [Trait("Rule", "R28")]
    public void Tells_what_became_of_a_record_whose_cohort_was_cancelled()
    {
        Of(new Displaced(Cohort, Disposition.Moved, OtherCohort, 2))!.Facts.Should().Be(
            Told with { Zone = "Indian/Reunion", StartsAt = Given.Now.AddDays(60), Disposition = Disposition.Moved });
        Of(new Displaced(OtherCohort, Disposition.Waits, null, 2))!.Facts.Should().Be(
            new NotificationFacts("cap-ouest", Applied.Programme, "Indian/Reunion", OtherCohort, null) { Disposition = Disposition.Waits }, "where there is no title its reference stands");
    }

    [Fact]
    public void Tells_of_nothing_else()
    {
        foreach (var e in (object[])[Submitted(), Eligible(), Requested(), Waitlisted(), Accepted(), Withdrew(), Attended(1)])
            Of(e).Should().BeNull();
    }

    [Fact]
    public void Is_claimed_by_one_before_it_is_sent()
    {
        Given.The<Notification>(Queued()).When(Claim(Holds)).Then(First);
        Given.The<Notification>(Queued(), First).When(Claim(Holds), Given.Now.AddMinutes(4)).ThenNothing();
        Given.The<Notification>(Queued(), First, new NotificationSent(1, "ok")).When(Claim(Holds), Given.Now.AddYears(1)).ThenNothing();
        Given.The<Notification>().When(Claim(Holds)).ThenNothing();
    }

    [Fact]
    public void Is_left_to_a_person_when_no_answer_came()
    {
        Given.The<Notification>(Queued(), First).When(Claim(Holds), Given.Now + Notification.ClaimHolds).Then(new NotificationLeftUncertain(1));
        Given.The<Notification>(Queued(), First, new NotificationLeftUncertain(1)).When(Claim(Holds), Given.Now.AddDays(1)).ThenNothing();
    }

    [Fact]
    [Trait("Rule", "R6")]
    public void Does_not_offer_what_was_answered_or_has_ended()
    {
        Given.The<Notification>(OfferQueued).When(Claim(OfferedTo)).Then(First);
        foreach (var record in new[] { RecordWith(Waitlisted(), Offered(), Accepted()).State, Holds, RecordWith(Waitlisted(), Offered(), Withdrew()).State })
            Given.The<Notification>(OfferQueued).When(Claim(record)).Then(new NotificationSuppressed(Suppression.Outdated));
        Given.The<Notification>(OfferQueued).When(Claim(OfferedTo), Deadline).Then(new NotificationSuppressed(Suppression.Outdated));
        Given.The<Notification>(OfferQueued).When(Claim(null)).Then(new NotificationSuppressed(Suppression.Outdated));
    }

    [Fact]
    [Trait("Rule", "R7")]
    public void Tells_of_an_expiry_as_long_as_the_record_is_out()
    {
        var expired = Queued(NotificationKind.OfferExpired);
        Given.The<Notification>(expired).When(Claim(RecordWith(Waitlisted(), Offered(), new OfferExpired(Cohort)).State)).Then(First);
        Given.The<Notification>(expired).When(Claim(Holds)).Then(new NotificationSuppressed(Suppression.Outdated));
    }

    [Fact]
    public void Does_not_confirm_a_seat_that_was_left()
    {
        Given.The<Notification>(Queued()).When(Claim(RecordWith(Confirmed(), Withdrew()).State)).Then(new NotificationSuppressed(Suppression.Outdated));
        Given.The<Notification>(Queued(facts: Told with { CohortId = OtherCohort })).When(Claim(Holds)).Then(new NotificationSuppressed(Suppression.Outdated));
    }

    [Fact]
    [Trait("Rule", "R28")]
    public void Tells_of_a_cancelled_cohort_whoever_is_still_in_training()
    {
        var cancelled = Queued(NotificationKind.CohortCancelled, Told with { Disposition = Disposition.Waits });
        var waits = RecordWith(Confirmed(), new Displaced(Cohort, Disposition.Waits, null, 1));
        Given.The<Notification>(cancelled).When(Claim(waits.State)).Then(First);
        Given.The<Notification>(cancelled).When(Claim(waits.State.Evolve(Withdrew()))).Then(new NotificationSuppressed(Suppression.Outdated));
    }

    [Fact]
    [Trait("Rule", "R26")]
    public void Tells_of_the_last_move_of_a_half_day_before_it_begins()
    {
        Given.The<Notification>(MoveQueued).When(Claim(Holds)).Then(First);
        Given.The<Notification>(MoveQueued).When(Claim(OfferedTo)).Then(First);
        Given.The<Notification>(MoveQueued).When(Claim(Holds, overtaken: true)).Then(new NotificationSuppressed(Suppression.Outdated));
        Given.The<Notification>(MoveQueued).When(Claim(RecordWith(Waitlisted()).State)).Then(new NotificationSuppressed(Suppression.Outdated));
        var soon = MoveQueued with { Facts = MoveQueued.Facts with { StartsAt = Given.Now.AddHours(1) } };
        Given.The<Notification>(soon).When(Claim(Holds), Given.Now.AddHours(1)).Then(new NotificationSuppressed(Suppression.Outdated));
    }

    [Fact]
    public void Writes_to_nobody_who_was_erased_or_cannot_be_reached()
    {
        Given.The<Notification>(Queued()).When(Claim(Holds, Addressee.Erased)).Then(new NotificationSuppressed(Suppression.Erased));
        Given.The<Notification>(Queued()).When(Claim(Holds, Addressee.NoAddress)).Then(new NotificationSuppressed(Suppression.NoAddress));
        Relay.CanReach("camille@example.org").Should().BeTrue();
        Relay.CanReach("nobody").Should().BeFalse();
    }

    [Fact]
    public void Waits_for_a_relay_and_not_for_ever()
    {
        var (last, over) = (Given.Now + Notification.Stale - TimeSpan.FromTicks(1), Given.Now + Notification.Stale);
        Given.The<Notification>(Queued()).When(Claim(Holds, relay: false), last).ThenNothing();
        Given.The<Notification>(Queued()).When(Claim(Holds), last).Then(First with { At = last });
        Given.The<Notification>(Queued()).When(Claim(Holds, relay: false), over).Then(new NotificationSuppressed(Suppression.NoRelay));
        Given.The<Notification>(Queued()).When(Claim(Holds), over).Then(new NotificationSuppressed(Suppression.Outdated));
    }

    [Fact]
    public void Is_sent_when_the_relay_says_so_also_late()
    {
        var taken = new SettleNotification(1, new Handover.Taken("250 2.0.0 Ok"));
        Given.The<Notification>(Queued(), First).When(taken).Then(new NotificationSent(1, "250 2.0.0 Ok"));
        Given.The<Notification>(Queued(), First, new NotificationLeftUncertain(1)).When(taken).Then(new NotificationSent(1, "250 2.0.0 Ok"));
        Given.The<Notification>(Queued(), First, new NotificationSent(1, "250 2.0.0 Ok")).When(taken).ThenNothing();
        Given.The<Notification>(Queued(), First, new NotificationFailed(1, "smtp-451", Given.Now), new NotificationClaimed(2, Given.Now)).When(taken).ThenNothing();
    }

    [Fact]
    public void Rests_after_a_refusal_for_now_and_fails_after_the_last()
    {
        var state = Given.The<Notification>(Queued());
        foreach (var (rest, attempt) in Notification.Rests.Select((r, i) => (r, i + 1)))
        {
            var claimed = new NotificationClaimed(attempt, Given.Now);
            var failed = new NotificationFailed(attempt, "smtp-451", Given.Now + rest);
            state = new(state.State.Evolve(claimed));
            state.When(new SettleNotification(attempt, new Handover.NotTaken("smtp-451", ForNow: true))).Then(failed);
            state = new(state.State.Evolve(failed));
            state.When(Claim(Holds), Given.Now + rest - TimeSpan.FromTicks(1)).ThenNothing();
            state.When(Claim(Holds), Given.Now + rest).Then(new NotificationClaimed(attempt + 1, Given.Now + rest));
        }

        var last = Notification.Rests.Count + 1;
        state = new(state.State.Evolve(new NotificationClaimed(last, Given.Now)));
        state.When(new SettleNotification(last, new Handover.NotTaken("smtp-451", ForNow: true))).Then(new NotificationFailed(last, "smtp-451", null));
    }

    [Fact]
    public void Fails_at_once_when_it_is_refused_for_good()
    {
        var failed = new NotificationFailed(1, "smtp-550", null);
        Given.The<Notification>(Queued(), First).When(new SettleNotification(1, new Handover.NotTaken("smtp-550", ForNow: false))).Then(failed);
        Given.The<Notification>(Queued(), First, failed).When(Claim(Holds), Given.Now.AddDays(1)).ThenNothing();
    }

    [Fact]
    public void Does_not_know_what_became_of_it_without_an_answer()
    {
        var nothing = new SettleNotification(1, new Handover.Unanswered());
        Given.The<Notification>(Queued(), First).When(nothing).Then(new NotificationLeftUncertain(1));
        Given.The<Notification>(Queued(), First, new NotificationLeftUncertain(1)).When(nothing).ThenNothing();
    }

    [Fact]
    public void Is_sent_again_when_a_person_asks_and_only_then()
    {
        var (again, later) = (new ResendNotification(ResendReason.NotReceived), Given.Now.AddDays(5));
        var asked = new ResendRequested(ResendReason.NotReceived, later);
        object[] uncertain = [Queued(), First, new NotificationLeftUncertain(1)];
        Given.The<Notification>(uncertain).When(again, later).Then(asked);
        Given.The<Notification>(Queued(), First, new NotificationFailed(1, "smtp-550", null)).When(again, later).Then(asked);
        Given.The<Notification>([.. uncertain, asked]).When(again, later).ThenNothing();
        Given.The<Notification>([.. uncertain, asked]).When(Claim(Holds), later).Then(new NotificationClaimed(2, later));
        Given.The<Notification>(Queued(), First, new NotificationSent(1, "ok")).When(again).ThenRefuses("notification-sent");
        Given.The<Notification>(Queued(), new NotificationSuppressed(Suppression.Erased)).When(again).ThenRefuses("notification-suppressed");
        Given.The<Notification>().When(again).ThenRefuses(Problems.Unknown);
    }

    [Fact]
    public void Is_dismissed_by_a_person()
    {
        var dismissed = new NotificationSuppressed(Suppression.Dismissed);
        Given.The<Notification>(Queued(), First, new NotificationLeftUncertain(1)).When(new DismissNotification()).Then(dismissed);
        Given.The<Notification>(Queued(), dismissed).When(new DismissNotification()).ThenNothing();
        Given.The<Notification>(Queued(), First).When(new DismissNotification()).ThenRefuses("notification-sending");
        Given.The<Notification>(Queued(), First, new NotificationSent(1, "ok")).When(new DismissNotification()).ThenRefuses("notification-sent");
        Given.The<Notification>().When(new DismissNotification()).ThenRefuses(Problems.Unknown);
    }
}
