using System.Globalization;
using System.Security.Claims;
using System.Text;
using System.Text.Json;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.Net.Http.Headers;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Reports;

/// <summary>A table that was computed at a position of the log, as CSV or JSON. The same position gives the same bytes.</summary>
/// <param name="Title">What it is of, in letters, digits, dots and hyphens; it is in the name of the file.</param>
/// <param name="Position">The sequence of the last event that it takes in.</param>
public sealed record Report(string Title, long Position)
{
    /// <summary>The header that says the position.</summary>
    public const string Header = "X-Report-Position";

    private const string Csv = "csv", Json = "json";

    // A spreadsheet runs a cell that begins so as a formula.
    private static readonly char[] Formula = ['=', '+', '-', '@', '\t', '\r'];

    private static readonly JsonSerializerOptions Web = new(JsonSerializerOptions.Web) { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The bytes of a CSV file (RFC 4180, UTF-8 with a mark by which spreadsheets know it): one row each, the position first.</summary>
    public byte[] AsCsv<TRow>(IReadOnlyList<TRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        using var text = new StringWriter(CultureInfo.InvariantCulture);
        using (var csv = new CsvWriter(text, new CsvConfiguration(CultureInfo.InvariantCulture) { NewLine = "\r\n" }))
        {
            var columns = typeof(TRow).GetProperties();
            foreach (var column in columns.Select(c => JsonNamingPolicy.SnakeCaseLower.ConvertName(c.Name)).Prepend("position"))
                csv.WriteField(column);
            csv.NextRecord();
            foreach (var row in rows)
            {
                csv.WriteField(Position.ToString(CultureInfo.InvariantCulture));
                foreach (var column in columns)
                    csv.WriteField(Cell(column.GetValue(row)));
                csv.NextRecord();
            }
        }

        return [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(text.ToString())];
    }

    /// <summary>The bytes of a JSON document.</summary>
    public byte[] AsJson<TRow>(IReadOnlyList<TRow> rows) => JsonSerializer.SerializeToUtf8Bytes(new { report = Title, Position, rows }, Web);

    /// <summary>Answers with a report: of the position that is asked for, or else of the last that is settled.</summary>
    /// <param name="context">The request.</param>
    /// <param name="title">What it is of.</param>
    /// <param name="asOf">The position that is asked for.</param>
    /// <param name="format"><c>json</c>, which null stands for, or <c>csv</c>.</param>
    /// <param name="rows">Computes the rows at a position.</param>
    public static async Task<IResult> Answer<TRow>(
        HttpContext context, string title, long? asOf, string? format, Func<Journal, long, CancellationToken, Task<IReadOnlyList<TRow>>> rows)
    {
        ArgumentNullException.ThrowIfNull(context);
        ArgumentNullException.ThrowIfNull(rows);
        var (journal, cancellation) = (context.RequestServices.GetRequiredService<Journal>(), context.RequestAborted);
        if ((format ??= Json) is not (Csv or Json))
            return Problems.Of(400, "malformed", "format is csv or json.");
        if (asOf < 0)
            return Problems.Of(400, "malformed", "asOf is the sequence of an event: 0 or more.");
        var settled = await journal.Settled(cancellation);
        if (asOf > settled)
            return Problems.Of(409, "not-yet", $"The log is settled up to {settled}: what {asOf} would say may still change.");
        var report = new Report(title, asOf ?? settled);
        var tag = new EntityTagHeaderValue($"\"{report.File}.{format}\"");
        context.Response.Headers[Header] = report.Position.ToString(CultureInfo.InvariantCulture);
        (context.Response.GetTypedHeaders().ETag, context.Response.Headers.CacheControl) = (tag, "private, no-cache");
        if (context.Request.GetTypedHeaders().IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false)))
            return Results.StatusCode(StatusCodes.Status304NotModified);
        var computed = await rows(journal, report.Position, cancellation);
        return format == Csv
            ? Results.Bytes(report.AsCsv(computed), "text/csv; charset=utf-8; header=present", $"{report.File}.csv", entityTag: tag)
            : Results.Bytes(report.AsJson(computed), "application/json; charset=utf-8", entityTag: tag);
    }

    /// <summary>A refusal where a partner asks for what is another's; its own is what it gets where it names nobody.</summary>
    internal static IResult? Refused(ClaimsPrincipal caller, ref string? partner)
    {
        if (caller.IsInRole(Role.Partner))
            partner ??= caller.FindFirstValue("organisation") ?? "";
        return partner is null || caller.MaySee(partner) ? null : Problems.Of(403, "foreign-partner", "A partner reads its own figures only.");
    }

    /// <summary>Minutes as hours, to the hundredth.</summary>
    internal static decimal Hours(long minutes) => Math.Round(minutes / 60m, 2, MidpointRounding.AwayFromZero);

    private string File => $"{Title}-{Position}";

    private static string? Cell(object? value) => value switch
    {
        string text => text is [var first, ..] && Formula.Contains(first) ? "'" + text : text,
        bool yes => yes ? "yes" : "no",
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        decimal number => number.ToString("0.##", CultureInfo.InvariantCulture),
        IFormattable other => other.ToString(null, CultureInfo.InvariantCulture),
        _ => null,
    };
}
