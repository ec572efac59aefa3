using AwesomeAssertions;
using CsCheck;
using Tremplin.Scheduling.Sessions;
using Xunit;

namespace Tremplin.Scheduling.Specs.Sessions;

[Trait("Rule", "R24")]
public class LocalTimeSpecs
{
    [Theory]
    [InlineData("Europe/Paris", "2026-07-01T09:00", "2026-07-01T07:00Z")]
    [InlineData("Europe/Paris", "2026-01-15T09:00", "2026-01-15T08:00Z")]
    [InlineData("America/Guadeloupe", "2026-07-01T09:00", "2026-07-01T13:00Z")]
    [InlineData("Indian/Reunion", "2026-07-01T09:00", "2026-07-01T05:00Z")]
    [InlineData("Pacific/Noumea", "2026-07-01T09:00", "2026-06-30T22:00Z")]
    [InlineData("Pacific/Tahiti", "2026-07-01T09:00", "2026-07-01T19:00Z")]
    public void Finds_the_instant(string zone, string local, string instant)
    {
        LocalTime.Resolve(Local(local), LocalTime.Zone(zone)!, choice: null, out var found).Should().BeNull();
        found.Should().BeExactly(DateTimeOffset.Parse(instant, null));
    }

    /// <summary>Whatever is planned, the instant shows the same wall time in its zone, or the plan is refused.</summary>
    [Fact]
    public void Shows_the_same_wall_time_in_its_zone() =>
        Gen.Select(Gen.OneOf("Europe/Paris", "America/Miquelon", "Pacific/Noumea"), Gen.Int[0, 366 * 24 * 4], Gen.Enum<Occurrence>())
            .Sample((zone, quarter, choice) =>
            {
                var local = new DateTime(2026, 1, 1).AddMinutes(15 * quarter);
                return LocalTime.Resolve(local, LocalTime.Zone(zone)!, choice, out var found) is not null
                    || NodaTime.Instant.FromDateTimeOffset(found).InZone(LocalTime.Zone(zone)!).ToDateTimeUnspecified() == local;
            });

    private static DateTime Local(string text) => DateTime.Parse(text, null);
}
