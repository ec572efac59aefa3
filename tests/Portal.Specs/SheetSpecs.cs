using System.Text.Json;
using Tremplin.Portal.Language;
using Tremplin.Portal.Sheets;

namespace Tremplin.Portal.Specs;

/// <summary>An attendance sheet has the clock of its place, wherever it is printed.</summary>
public class SheetSpecs
{
    [Theory]
    [InlineData("Pacific/Noumea", "2026-11-24T09:00:00", "2026-11-23T22:01:05Z", "09:01:05")]
    [InlineData("America/Cayenne", "2026-11-24T19:00:00", "2026-11-24T22:01:05Z", "19:01:05")]
    [InlineData("Europe/Paris", "2026-10-25T02:30:00", "2026-10-25T01:30:00Z", "02:30:00")]
    [InlineData("Indian/Reunion", "2026-11-24T09:00:00", "2026-12-01T05:00:00Z", "1 December 2026, 09:00:00")]
    [Trait("Rule", "R24"), Trait("Rule", "R25")]
    public void Tells_an_instant_by_the_clock_of_the_place_with_the_day_where_it_is_another(string zone, string start, string at, string told) =>
        new Sheet(Json(new { zone, localStart = start }), Json(new { }), []).Wall(Words.English, Json(at)).Should().Be(told);

    private static JsonElement Json(object value) => JsonSerializer.SerializeToElement(value);
}
