using Tremplin.Scheduling.Cohorts;
using Tremplin.Scheduling.Programmes;
using Tremplin.Scheduling.Sessions;

namespace Tremplin.Scheduling.Specs;

/// <summary>The cohort, the people and the half-day that the stories are about.</summary>
internal static class Examples
{
    public static readonly Guid CohortId = Id(100), SessionId = Id(200);

    public static readonly Guid Awa = Id(1), Bilal = Id(2), Chloe = Id(3), Diego = Id(4);

    public static readonly DateTimeOffset Start = new(2026, 3, 16, 8, 0, 0, TimeSpan.Zero), End = Start + TimeSpan.FromDays(4);

    /// <summary>The local date of the half-day.</summary>
    public static readonly DateOnly Day = new(2026, 3, 16);

    public static readonly ProgrammeVersion Basics = new(
        "digital-basics", 1, "Les bases du numérique", ["DigComp 1.1", "DigComp 2.1"], 2, 0.8m, 10m, 1, 12, 36);

    public static readonly IReadOnlyDictionary<Guid, string> Nobody = new Dictionary<Guid, string>();

    public static Guid Id(int n) => new(n, 0, 0, new byte[8]);

    public static Guid LearnerOf(Guid record) => new(record.ToByteArray()[0], 1, 0, new byte[8]);

    public static CohortPlanned Planned(int seats) => new("digital-basics", "Europe/Paris", "Lyon", ["69"], seats);

    public static CohortOpened Opened(int seats) => new(Basics, ["69"], seats, Start, End);

    /// <summary>An open cohort, and what happened in it.</summary>
    public static object[] OpenCohortOf(int seats, params object[] then) => [Planned(seats), Opened(seats), .. then];

    public static SeatAssigned Seated(Guid record, long version = 1) => new(record, version, LearnerOf(record));

    public static RequestWaitlisted Waits(Guid record, long version = 1) => new(record, version, LearnerOf(record));

    public static SeatOffered Offered(Guid record, DateTimeOffset deadline, params IReadOnlyList<PassedOver> passedOver) =>
        new(record, 1, deadline, passedOver);

    public static readonly Guid Group = Id(50);

    public static readonly DateTimeOffset NameBy = Now + TimeSpan.FromDays(7);

    public static ReservationWaitlisted GroupWaits(int seats) => new(Group, "cap-ouest", seats);

    public static SeatsReserved Reserved(int seats, params IReadOnlyList<PassedOver> passedOver) => new(Group, "cap-ouest", seats, NameBy, passedOver);

    public static readonly SessionPlanned HalfDay = new(
        CohortId, 1, "Europe/Paris", new(2026, 3, 16, 9, 0, 0), new(2026, 3, 16, 12, 30, 0),
        Start, Start + TimeSpan.FromMinutes(210), "trainer-nora", "Salle 2", "Lyon");

    /// <summary>That half-day, as whoever moves or cancels it found it.</summary>
    public static readonly PlannedHalfDay PlannedBefore = new(CohortId, 1, "Europe/Paris", Start, HalfDay.EndsAt, "Salle 2");

    public static readonly SigningOpened AwaAndBilalExpected = new([new(Awa, 1), new(Bilal, 3)]);
}
