using System.Text.Json;
using Microsoft.AspNetCore.Http;
using NodaTime;
using Tremplin.Portal.Audit;
using Tremplin.Portal.Language;

namespace Tremplin.Portal.Specs;

/// <summary>What the pages say, in two languages.</summary>
public class WordsSpecs
{
    [Theory]
    [InlineData(null, null, null, "fr")]
    [InlineData("en", "fr", "fr", "en")]
    [InlineData("xx", "en", "fr", "en")]
    [InlineData(null, "en", "fr-FR", "en")]
    [InlineData(null, null, "en-GB,fr;q=0.5", "en")]
    [InlineData(null, null, "de,fr;q=0.3,en;q=0.8", "en")]
    [InlineData(null, null, "en;q=0", "fr")]
    public void Follow_the_address_then_the_choice_then_the_browser(string? asked, string? chosen, string? preferred, string language)
    {
        var request = new DefaultHttpContext().Request;
        request.QueryString = asked is null ? default : QueryString.Create("lang", asked);
        request.Headers.Cookie = chosen is null ? default : $"tremplin-language={chosen}";
        request.Headers.AcceptLanguage = preferred;
        Words.For(request).Code.Should().Be(language);
    }

    [Fact]
    public void Give_dates_as_each_language_writes_them()
    {
        Words.French.Date(new LocalDate(2027, 1, 1)).Should().Be("1er janvier 2027");
        Words.English.Date(new LocalDate(2027, 8, 24)).Should().Be("24 August 2027");
    }

    [Fact]
    public void Give_the_time_of_Paris_and_take_it()
    {
        Words.English.Moment(new(2026, 11, 2, 8, 0, 0, TimeSpan.Zero)).Should().Be("2 November 2026, 09:00:00");
        Words.Day(new(2026, 7, 1, 22, 30, 0, TimeSpan.Zero)).Should().Be(new LocalDate(2026, 7, 2));
        Words.Meant("2026-07-02T00:30").Should().Be(new DateTimeOffset(2026, 7, 1, 22, 30, 0, TimeSpan.Zero));
        // Twice that night, and never in the other.
        Words.Meant("2026-10-25T02:30").Should().Be(new DateTimeOffset(2026, 10, 25, 0, 30, 0, TimeSpan.Zero));
        Words.Meant("2026-03-29T02:30").Should().Be(new DateTimeOffset(2026, 3, 29, 1, 30, 0, TimeSpan.Zero));
        Words.Meant("yesterday").Should().BeNull();
    }

    [Theory]
    [InlineData("sealedName", "short", "sealed")]
    [InlineData("name", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4v", "sealed")]
    [InlineData("name", "L’Atelier", "L’Atelier")]
    [InlineData("status", "SeatOffered", "a seat is offered")]
    [InlineData("name", "SeatOffered", "SeatOffered")]
    [InlineData("appliedOn", "2026-10-01", "1 October 2026")]
    [InlineData("deadline", "2026-11-02T08:00:00+00:00", "2 November 2026, 09:00:00")]
    [InlineData("localStart", "2026-11-02T08:00:00", "2026-11-02T08:00:00")]
    public void Tell_values_and_keep_personal_data_sealed(string field, string stored, string shown) =>
        Values.Text(Words.English, field, JsonElement.Parse(JsonSerializer.Serialize(stored))).Should().Be(shown);
}
