using System.Globalization;
using CsvHelper;
using CsvHelper.Configuration;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Tremplin.Defaults;

namespace Tremplin.Enrollment.Applications;

/// <summary>What became of a row.</summary>
public enum RowOutcome
{
    /// <summary>Taken, for the first time.</summary>
    Accepted,

    /// <summary>Decided before; nothing was appended.</summary>
    AlreadyKnown,

    /// <summary>Held, for it is doubtful who applies: a coordinator decides, and it goes on.</summary>
    InReview,

    /// <summary>Not taken; the row says which column and why.</summary>
    Refused,
}

/// <summary>The result of one row of a file.</summary>
/// <param name="Line">Line in the file, from 1; the header is line 1.</param>
/// <param name="Ref">The row's own reference.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Id">The stream it led to, a review for one that is held; absent in a preview of something new.</param>
/// <param name="State">Where that stands now.</param>
/// <param name="Column">The column at fault.</param>
/// <param name="Reason">Why, in words.</param>
public sealed record RowResult(
    int Line, string Ref, RowOutcome Outcome, Guid? Id = null, string? State = null, string? Column = null, string? Reason = null);

/// <summary>A row by column name; cells are trimmed.</summary>
public sealed record CsvRow(int Line, IReadOnlyDictionary<string, string> Cells)
{
    /// <summary>The cell, or an empty text.</summary>
    public string this[string column] => Cells.GetValueOrDefault(column, "");
}

/// <summary>A CSV file (RFC 4180, UTF-8, first line holds the column names) as a request brings it.</summary>
public sealed record CsvFile(IReadOnlyList<string> Columns, IReadOnlyList<CsvRow> Rows)
{
    /// <summary>A file may be larger than other bodies: 20 MB.</summary>
    public static readonly IRequestSizeLimitMetadata Limit = new RequestSizeLimitAttribute(20_000_000);

    /// <summary>Reads the request's body.</summary>
    /// <exception cref="BadHttpRequestException">It is not UTF-8, or holds U+0000, as UTF-16 does.</exception>
    public static async Task<CsvFile> Read(HttpRequest request, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(request);
        var options = new CsvConfiguration(CultureInfo.InvariantCulture) { TrimOptions = TrimOptions.Trim, BadDataFound = null, MissingFieldFound = null };
        using var reader = new StreamReader(request.Body);
        var text = await reader.ReadToEndAsync(cancellation);
        // U+FFFD stands for bytes that could not be read: the letters that they were would be lost.
        if (text.AsSpan().IndexOfAny('\0', '\uFFFD') is >= 0 and var at)
            throw new BadHttpRequestException($"Line {text.AsSpan(0, at).Count('\n') + 1} is not UTF-8: save the file as CSV in UTF-8.");
        using var csv = new CsvReader(new StringReader(text), options);
        if (!await csv.ReadAsync() || !csv.ReadHeader() || csv.HeaderRecord is not { } header)
            return new([], []);
        var rows = new List<CsvRow>();
        while (await csv.ReadAsync())
        {
            rows.Add(new(csv.Parser.RawRow, header.Distinct(StringComparer.Ordinal)
                .ToDictionary(c => c, c => csv.GetField(c) ?? "", StringComparer.Ordinal)));
        }

        return new(header, rows);
    }

    /// <summary>A problem document where a column is missing, or null.</summary>
    public static IResult? Missing(CsvFile file, IEnumerable<string> columns, out IReadOnlyList<CsvRow> rows)
    {
        ArgumentNullException.ThrowIfNull(file);
        rows = file.Rows;
        var missing = columns.Except(file.Columns, StringComparer.Ordinal).ToList();
        return missing.Count == 0
            ? null
            : Problems.Of(400, "columns-missing", $"The first line lacks the columns: {string.Join(", ", missing)}.");
    }
}
