using System.Text;
using AwesomeAssertions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Tremplin.Enrollment.Applications;
using Xunit;

namespace Tremplin.Enrollment.Specs.Applications;

[Trait("Rule", "R22")]
public class CsvFileSpecs
{
    [Fact]
    public async Task Reads_rows_by_column_name_with_cells_trimmed()
    {
        var file = await Read("name, commune \n Cap Ouest ,Nantes\n\"Les \"\"Amis\"\"\",\"Saint-Denis, Réunion\"\n");
        file.Columns.Should().Equal("name", "commune");
        file.Rows.Select(r => (r.Line, r["name"], r["commune"])).Should().Equal(
            (2, "Cap Ouest", "Nantes"), (3, "Les \"Amis\"", "Saint-Denis, Réunion"));
    }

    [Theory]
    [InlineData("\uFEFFname,commune\r\nCap Ouest,Nantes\r\n")]
    [InlineData("name,commune\nCap Ouest,Nantes")]
    public async Task Reads_what_spreadsheets_write(string text)
    {
        var file = await Read(text);
        file.Columns.Should().Equal("name", "commune");
        file.Rows.Should().ContainSingle().Which["commune"].Should().Be("Nantes");
    }

    [Theory]
    [InlineData("utf-16")]
    [InlineData("iso-8859-1")]
    public async Task Names_the_line_where_a_file_is_not_UTF_8(string encoding)
    {
        var file = Encoding.GetEncoding(encoding).GetBytes("name,commune\nCap Ouest,Nantes\nL'Été,Orléans\n");
        var reading = () => CsvFile.Read(new DefaultHttpContext { Request = { Body = new MemoryStream(file) } }.Request, CancellationToken.None);
        var line = encoding == "utf-16" ? 1 : 3;
        (await reading.Should().ThrowAsync<BadHttpRequestException>()).WithMessage($"Line {line} is not UTF-8*").Which.StatusCode.Should().Be(400);
    }

    [Fact]
    public async Task Numbers_a_row_by_the_line_where_it_stands_in_the_file()
    {
        var file = await Read("name\n\nfirst\n\nsecond\n");
        file.Rows.Select(r => (r.Line, r["name"])).Should().Equal((3, "first"), (5, "second"));
    }

    [Fact]
    public async Task Numbers_a_row_of_several_lines_by_the_last()
    {
        var file = await Read("name,commune\n\"Cap\nOuest\",Nantes\nLes Amis,Brest\n");
        file.Rows.Select(r => (r.Line, r["name"])).Should().Equal((3, "Cap\nOuest"), (4, "Les Amis"));
    }

    [Fact]
    public async Task Reads_a_short_row_as_empty_cells()
    {
        var row = (await Read("name,commune\nCap Ouest\n")).Rows.Should().ContainSingle().Subject;
        (row["commune"], row["nothing-like-it"]).Should().Be(("", ""));
    }

    [Fact]
    public async Task Takes_the_first_of_two_columns_with_one_name() =>
        (await Read("name,name\na,b\n")).Rows.Should().ContainSingle().Which["name"].Should().Be("a");

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    public async Task Finds_nothing_in_an_empty_file(string text)
    {
        var file = await Read(text);
        (file.Columns.Count, file.Rows.Count).Should().Be((0, 0));
    }

    [Fact]
    public async Task Says_which_columns_are_missing() =>
        CsvFile.Missing(await Read("name\nCap Ouest\n"), ["name", "commune", "postcode"], out _).Should().BeOfType<ProblemHttpResult>()
            .Which.ProblemDetails.Should().Match<Microsoft.AspNetCore.Mvc.ProblemDetails>(
                p => p.Status == 400 && p.Detail!.EndsWith("commune, postcode."));

    [Fact]
    public async Task Hands_the_rows_on_when_no_column_is_missing()
    {
        CsvFile.Missing(await Read("more,name\nx,Cap Ouest\n"), ["name"], out var rows).Should().BeNull();
        rows.Should().ContainSingle();
    }

    private static Task<CsvFile> Read(string text) => CsvFile.Read(
        new DefaultHttpContext { Request = { Body = new MemoryStream(Encoding.UTF8.GetBytes(text)) } }.Request, CancellationToken.None);
}
