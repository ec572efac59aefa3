using System.Security.Claims;
using Tremplin.Defaults;
using Tremplin.Enrollment.Organisations;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Reports;

/// <summary>What came of the applications, for funders: by programme, partner and territory of the organisation when it was applied for. A partner reads its own.</summary>
public static class FunderReport
{
    /// <summary>The rows, in the order of their programmes, partners and départements.</summary>
    /// <param name="records">The events of each training record.</param>
    public static async Task<IReadOnlyList<FunderRow>> Of(IAsyncEnumerable<IReadOnlyList<Recorded>> records)
    {
        ArgumentNullException.ThrowIfNull(records);
        var rows = new Dictionary<(string Programme, string Partner, string Territory), FunderRow>();
        await foreach (var events in records)
        {
            var record = events.Aggregate(TrainingRecord.Initial, (state, e) => state.Evolve(e.Data));
            if (record.Application is not { } a)
                continue;
            var (key, region) = ((a.Programme, a.Partner, a.Territory), Regions.Of(a.Territory));
            rows[key] = (rows.GetValueOrDefault(key) ?? new(a.Programme, a.Partner, region.Code, region.Name, a.Territory)).With(record);
        }

        return [.. rows.Values.OrderBy(r => r.Programme, StringComparer.Ordinal).ThenBy(r => r.Partner, StringComparer.Ordinal).ThenBy(r => r.Departement, StringComparer.Ordinal)];
    }

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapGet("/reports/funder", async (HttpContext context, ClaimsPrincipal caller, long? asOf, string? format, string? partner) =>
            Report.Refused(caller, ref partner) ?? await Report.Answer(
                context, partner is null ? "funder" : $"funder.{Uri.EscapeDataString(partner)}", asOf, format,
                (journal, position, cancellation) => Of(journal.Streams(position, [typeof(TrainingRecordEvent)], partner, cancellation))))
            .For(Role.Coordinator, Role.Operator, Role.Auditor, Role.Partner);
}

/// <summary>The applications of one partner for one programme from one département, by what has become of them.</summary>
/// <param name="Programme">The programme's reference.</param>
/// <param name="Partner">The partner that sent them.</param>
/// <param name="RegionCode">INSEE code of the region, or of an overseas collectivity; empty where the territory is unknown.</param>
/// <param name="Region">Its name.</param>
/// <param name="Departement">INSEE code of the département.</param>
public sealed record FunderRow(string Programme, string Partner, string RegionCode, string Region, string Departement)
{
    /// <summary>All of them. Each is in one of: ineligible, waiting, seats held, completed, not completed, no-shows, withdrawn, duplicates.</summary>
    public int Applications { get; init; }

    /// <summary>Decided eligible, and not otherwise since.</summary>
    public int Eligible { get; init; }

    /// <summary>Decided not eligible.</summary>
    public int Ineligible { get; init; }

    /// <summary>Alive and without a seat: no cohort yet, asked for, on a waitlist, offered.</summary>
    public int Waiting { get; init; }

    /// <summary>Hold a seat now, in training or before it.</summary>
    public int SeatsHeld { get; init; }

    /// <summary>Held a seat to the end, or hold it now: what was given and not taken back by a transfer or a cancelled cohort.</summary>
    public int SeatsGiven { get; init; }

    /// <summary>Met the criteria.</summary>
    public int Completed { get; init; }

    /// <summary>Did not meet the criteria.</summary>
    public int NotCompleted { get; init; }

    /// <summary>Were in none of the first half-days (R20).</summary>
    public int NoShows { get; init; }

    /// <summary>Withdrew, declined, or let an offer lapse.</summary>
    public int Withdrawn { get; init; }

    /// <summary>Closed for another record of the same person and programme (R47).</summary>
    public int Duplicates { get; init; }

    /// <summary>Certificates that were issued; what became of one later is not counted here.</summary>
    public int Certificates { get; init; }

    /// <summary>Minutes attended, as they were sealed or corrected, whatever became of the record (R19).</summary>
    public long AttendedMinutes { get; init; }

    /// <summary>The same in hours, to the hundredth.</summary>
    public decimal AttendedHours => Report.Hours(AttendedMinutes);

    /// <summary>The row with one more record.</summary>
    internal FunderRow With(TrainingRecord record)
    {
        return this with
        {
            Applications = Applications + 1,
            Eligible = Eligible + If(record.Status is not (RecordStatus.Submitted or RecordStatus.Ineligible)),
            Ineligible = Ineligible + If(record.Status == RecordStatus.Ineligible),
            Waiting = Waiting + If(record.Status is RecordStatus.Submitted or RecordStatus.Approved or RecordStatus.AwaitingSeat or RecordStatus.Waitlisted or RecordStatus.SeatOffered),
            SeatsHeld = SeatsHeld + If(record.Status is RecordStatus.Confirmed or RecordStatus.InProgress),
            SeatsGiven = SeatsGiven + If(record.Seat is { Confirmed: true }),
            Completed = Completed + If(record.Status == RecordStatus.Completed),
            NotCompleted = NotCompleted + If(record.Status == RecordStatus.NotCompleted),
            NoShows = NoShows + If(record.Status == RecordStatus.NoShow),
            Withdrawn = Withdrawn + If(record.Status == RecordStatus.Withdrawn),
            Duplicates = Duplicates + If(record.Status == RecordStatus.Duplicate),
            Certificates = Certificates + If(record.CertificateId is not null),
            AttendedMinutes = AttendedMinutes + record.Attended.Values.Sum(),
        };

        static int If(bool so) => so ? 1 : 0;
    }
}
