using System.Runtime.CompilerServices;
using Tremplin.Defaults;
using Tremplin.Enrollment.Applications;

namespace Tremplin.Enrollment.Organisations;

/// <summary>Registers the organisations of a CSV file, row by row, with a result per row.</summary>
public static class ImportOrganisations
{
    private static readonly string[] Columns = ["organisation_ref", "name", "legal_form", "address", "postcode", "commune", "time_zone"];

    /// <summary>Opens the door.</summary>
    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost("/organisations/import", async (HttpRequest request, Shell shell, Origin origin, CancellationToken cancellation) =>
            CsvFile.Missing(await CsvFile.Read(request, cancellation), Columns, out var rows) is { } fault
                ? fault
                : Results.Ok(Commit(rows, shell, origin, cancellation)))
            .For(Role.Coordinator).WithMetadata(CsvFile.Limit);

    private static async IAsyncEnumerable<RowResult> Commit(
        IReadOnlyList<CsvRow> rows, Shell shell, Origin origin, [EnumeratorCancellation] CancellationToken cancellation)
    {
        // Rows of different organisations do not wait for each other; the shell commits them together.
        foreach (var chunk in rows.Chunk(100))
        {
            cancellation.ThrowIfCancellationRequested();
            foreach (var result in await Task.WhenAll(chunk.Select(row => One(row, shell, origin))))
                yield return result;
        }
    }

    private static async Task<RowResult> One(CsvRow row, Shell shell, Origin origin)
    {
        var details = new OrganisationDetails(
            row["organisation_ref"], row["name"], row["legal_form"], row["address"], row["postcode"], row["commune"], row["time_zone"]);
        if (RegisterOrganisation.Faults(details).FirstOrDefault() is { Field: not null } fault)
            return new(row.Line, details.Ref, RowOutcome.Refused, Column: fault.Field, Reason: fault.Reason);
        var id = Organisation.IdFor(details.Ref);
        var outcome = await shell.Handle(id, new RegisterOrganisation(details), origin);
        return outcome.Refusal is { } refusal
            ? new(row.Line, details.Ref, RowOutcome.Refused, Reason: refusal.Reason)
            : new(row.Line, details.Ref, outcome.Appended > 0 ? RowOutcome.Accepted : RowOutcome.AlreadyKnown, id);
    }
}
