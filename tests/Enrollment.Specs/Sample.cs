using Tremplin.Defaults;
using Tremplin.Enrollment.Offerings;
using Tremplin.Enrollment.Organisations;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Specs;

/// <summary>One learner of one association on the way to one cohort.</summary>
internal static class Sample
{
    public static readonly Guid LearnerId = Guid.Parse("22222222-0000-5000-8000-000000000001");
    public static readonly Guid Cohort = Guid.Parse("33333333-0000-5000-8000-000000000001");
    public static readonly Guid OtherCohort = Guid.Parse("33333333-0000-5000-8000-000000000002");
    public static readonly Guid Certificate = Guid.Parse("55555555-0000-5000-8000-000000000001");
    public static readonly Guid RecordId = TrainingRecord.IdFor(LearnerId, "outils-collaboratifs", 1);
    public static readonly DateTimeOffset Deadline = Given.Now.AddHours(48);

    /// <summary>The version of a request that was made in the same breath as the application.</summary>
    public const long Request = 3;

    public static readonly Application Applied = new(
        LearnerId, new Sealed("c2VhbGVk"), "outils-collaboratifs", 1, "cap-ouest", "A-0001", "asso-cap-ouest", "44", "volunteer", new(2026, 9, 1));

    public static readonly EligibilityFacts Facts = new("asso-cap-ouest", "association", "volunteer", new(2026, 9, 1));

    public static readonly OrganisationDetails Association = new(
        "asso-cap-ouest", "Cap Ouest", "association", "3 rue des Halles", "44000", "Nantes", "Europe/Paris");

    public static readonly CohortFacts Announced = new("outils-collaboratifs", 2, ["44", "49"], 12, Given.Now.AddDays(30));

    public static ApplicationSubmitted Submitted() => new(Applied);

    public static EligibilityDecided Eligible() => new(1, Facts, true, []);

    public static EligibilityDecided NotEligible() => new(
        1, Facts with { LegalForm = "public body" }, false, ["The plan trains the social economy; the organisation is a public body."]);

    public static SeatRequested Requested(Guid? cohort = null) => new(cohort ?? Cohort, LearnerId, []);

    /// <summary>The record asks for a seat; the events that the spec names come after that.</summary>
    public static Given.Stream<TrainingRecord> RecordWith(params object[] later) =>
        Given.The<TrainingRecord>([Submitted(), Eligible(), Requested(), .. later]);

    public static PlacedOnWaitlist Waitlisted() => new(Cohort, 14);

    public static SeatOffered Offered() => new(Cohort, Deadline);

    public static OfferAccepted Accepted() => new(Cohort);

    public static SeatConfirmed Confirmed() => new(Cohort, Applied);

    public static AttendanceRecorded Attended(int halfDay, int minutes = 210) => new(HalfDay(halfDay), 210, minutes) { CohortId = Cohort };

    public static LearnerWithdrew Withdrew() => new(Cohort, WithdrawalReason.Dates);

    public static Guid HalfDay(int number) => Guid.Parse($"44444444-0000-5000-8000-{number:000000000000}");
}
