using System.Globalization;
using System.Runtime.CompilerServices;
using System.Security.Claims;
using Tremplin.Defaults;
using Tremplin.Enrollment.Learners;
using Tremplin.Enrollment.TrainingRecords;

namespace Tremplin.Enrollment.Applications;

/// <summary>
/// R22: receives the applications of a CSV file, row by row in the file's order, with a result per row.
/// A preview changes nothing; the same file again appends nothing and overrides nobody's decision.
/// </summary>
public static class ImportApplications
{
    private static readonly string[] Columns =
        ["partner", "application_ref", "organisation_ref", "first_name", "last_name", "email", "role", "programme", "applied_on"];

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/applications/import", async (
            HttpRequest request, Apply apply, Origin origin, ClaimsPrincipal caller, CancellationToken cancellation, bool preview = false) =>
            CsvFile.Missing(await CsvFile.Read(request, cancellation), Columns, out var rows) is { } fault
                ? fault
                : Results.Ok(Receive(rows, apply, origin, caller, preview, cancellation)))
            .For(Role.Partner, Role.Coordinator).WithMetadata(CsvFile.Limit);

    private static async IAsyncEnumerable<RowResult> Receive(
        IReadOnlyList<CsvRow> rows, Apply apply, Origin origin, ClaimsPrincipal caller, bool preview,
        [EnumeratorCancellation] CancellationToken cancellation)
    {
        // In a preview nobody is registered, so it remembers by itself whom the file has named already.
        var named = new Named();
        foreach (var row in rows)
        {
            cancellation.ThrowIfCancellationRequested();
            var (result, newcomer) = await One(row, apply, origin with { CommandId = Guid.CreateVersion7() }, caller, preview, cancellation);
            yield return preview ? named.Beside(row, result, newcomer) : result;
        }
    }

    /// <summary>Whom the rows of a preview have named.</summary>
    private sealed class Named
    {
        private readonly Dictionary<(string, string), int> _applied = [];
        private readonly HashSet<string> _known = new(StringComparer.Ordinal);
        private readonly Dictionary<Mark, List<(Person Person, int Line)>> _marks = [];

        public RowResult Beside(CsvRow row, RowResult result, bool newcomer)
        {
            if (result.Outcome is not (RowOutcome.Accepted or RowOutcome.AlreadyKnown))
                return result;
            var (person, marks) = (Person(row), Likeness.Marks(Person(row), row["organisation_ref"]).ToList());
            if (newcomer && !_known.Contains(person.Identity()) && marks.SelectMany(m => _marks.GetValueOrDefault(m, []).Select(o => (Doubt: Likeness.Between(person, o.Person, m.Kind), o.Line)))
                .FirstOrDefault(d => d.Doubt is not null) is { Doubt: { } doubt, Line: var line })
            {
                return new(row.Line, result.Ref, RowOutcome.InReview, Reason: $"It may be the person of line {line}: {doubt}.");
            }

            _known.Add(person.Identity());
            foreach (var mark in marks)
                (_marks.TryGetValue(mark, out var others) ? others : _marks[mark] = []).Add((person, row.Line));
            var application = (person.Identity(), row["programme"]);
            return result.Outcome == RowOutcome.Accepted && !_applied.TryAdd(application, row.Line)
                ? result with { Outcome = RowOutcome.AlreadyKnown, State = null, Reason = $"The same as line {_applied[application]}." }
                : result;
        }
    }

    private static async Task<(RowResult Result, bool Newcomer)> One(
        CsvRow row, Apply apply, Origin origin, ClaimsPrincipal caller, bool preview, CancellationToken cancellation)
    {
        var reference = row["application_ref"];
        if (!caller.MaySee(row["partner"]))
            return Refused("partner", "A partner applies in its own name only.");
        if (!DateOnly.TryParseExact(row["applied_on"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var appliedOn))
            return Refused("applied_on", $"'{row["applied_on"]}' is no date (year-month-day).");
        if (row["birth_date"].Length > 0 && Born(row) is null)
            return Refused("birth_date", "This is no date (year-month-day).");
        var form = new ApplicationForm(
            reference, row["organisation_ref"], Person(row), row["role"], row["programme"], appliedOn, Partner: row["partner"]);
        var received = await apply.Receive(form, origin, preview, cancellation);
        if (received.ReviewId is { } review)
            return (new(row.Line, reference, RowOutcome.InReview, preview ? null : review, Reason: received.Reason), false);
        if (received.Outcome is not { } outcome)
            return Refused(received.Column!, received.Reason!);
        if (outcome.Refusal is { } refusal)
            return Refused("programme", refusal.Reason);
        return (outcome.Appended > 0
            ? new(row.Line, reference, RowOutcome.Accepted, preview ? null : received.RecordId, outcome.State.Status.ToString(),
                Reason: outcome.State.Status == RecordStatus.Ineligible ? string.Join(" ", outcome.State.Reasons) : null)
            : new(row.Line, reference, RowOutcome.AlreadyKnown, received.RecordId, outcome.State.Status.ToString(),
                Reason: $"The same person and programme as application {outcome.State.Application!.Ref}."
                    + (outcome.State.Ended() ? " It has ended: a new application, dated after that day, opens a new cycle." : "")),
            received.Newcomer);

        (RowResult, bool) Refused(string column, string reason) => (new(row.Line, reference, RowOutcome.Refused, Column: column, Reason: reason), false);
    }

    private static Person Person(CsvRow row) => new(row["first_name"], row["last_name"], row["email"], Born(row));

    // A column that a file may leave out.
    private static DateOnly? Born(CsvRow row) =>
        DateOnly.TryParseExact(row["birth_date"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var born) ? born : null;
}
