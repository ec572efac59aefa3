using System.Globalization;
using System.Text.Json;
using Spectre.Console;

namespace Tremplin.Cli.Demo;

/// <summary>What a funder reads of the season, by partner and region.</summary>
internal static class FunderTable
{
    private static readonly string[] Figures = ["applications", "seatsGiven", "completed", "certificates"];

    /// <summary>Asks Enrollment and shows it, with where the whole of it is.</summary>
    public static async Task Show(Stage stage, Api api)
    {
        var report = await Api.Send(api.Enrollment, HttpMethod.Get, "reports/funder");
        var position = report.GetProperty("position");
        var table = new Table().Border(TableBorder.Rounded).Title($"What funders read, at position {position} of the log").AddColumns("Partner", "Region");
        foreach (var column in (string[])["Applications", "Seats", "Completed", "Certificates", "Hours attended"])
            table.AddColumn(new TableColumn(column).RightAligned());
        foreach (var rows in report.GetProperty("rows").EnumerateArray().GroupBy(r => (Partner: Text(r, "partner"), Region: Text(r, "region"))).OrderBy(g => g.Key))
        {
            table.AddRow([
                Markup.Escape(rows.Key.Partner), Markup.Escape(rows.Key.Region), .. Figures.Select(figure => Number(rows.Sum(r => r.GetProperty(figure).GetDecimal()))),
                Number(rows.Sum(r => r.GetProperty("attendedHours").GetDecimal())),
            ]);
        }

        AnsiConsole.Write(table);
        AnsiConsole.Console.Profile.Out.Writer.WriteLine(
            $"All of it:        curl -H \"Authorization: Bearer $({stage.Token})\" \"{new Uri(stage.Address("Enrollment"), $"reports/funder?format=csv&asOf={position}")}\"");
    }

    private static string Text(JsonElement row, string field) => row.GetProperty(field).GetString()!;

    private static string Number(decimal value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', ' ');
}
