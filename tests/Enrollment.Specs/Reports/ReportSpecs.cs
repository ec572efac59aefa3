using System.Text;
using AwesomeAssertions;
using Tremplin.Enrollment.Reports;
using Xunit;

namespace Tremplin.Enrollment.Specs.Reports;

public class ReportSpecs
{
    private static readonly Report At = new("sample", 1234);

    private static readonly Row[] Rows = [new("L’Atelier, « Nord »", true, new(2026, 12, 31), 1.50m, 7), new("say \"so\"", false, null, null, -3)];

    [Fact]
    public void Is_a_file_that_a_spreadsheet_opens_with_the_position_in_every_row() => Csv(Rows).Should().Be(
        "\uFEFFposition,some_text,some_word,on_day,hours_attended,number\r\n"
        + "1234,\"L’Atelier, « Nord »\",yes,2026-12-31,1.5,7\r\n1234,\"say \"\"so\"\"\",no,,,-3\r\n");

    [Theory]
    [InlineData("=HYPERLINK(\"x\")")]
    [InlineData("+33")]
    [InlineData("-1+cmd")]
    [InlineData("@SUM(A1)")]
    public void Runs_nothing_where_it_is_opened(string text) => Csv([Rows[0] with { SomeText = text }]).Should().Contain("'" + text[..2]);

    [Fact]
    public void Is_a_json_document() => Encoding.UTF8.GetString(At.AsJson(Rows)).Should().Be(
        """{"report":"sample","position":1234,"rows":[{"someText":"L’Atelier, « Nord »","someWord":true,"onDay":"2026-12-31","hoursAttended":1.50,"number":7},"""
        + """{"someText":"say \"so\"","someWord":false,"onDay":null,"hoursAttended":null,"number":-3}]}""");

    [Fact]
    public void Says_what_is_in_it_where_there_is_no_row() => Csv([]).Should().Be("\uFEFFposition,some_text,some_word,on_day,hours_attended,number\r\n");

    private static string Csv(Row[] rows) => Encoding.UTF8.GetString(At.AsCsv(rows));

    internal sealed record Row(string SomeText, bool SomeWord, DateOnly? OnDay, decimal? HoursAttended, int Number);
}
