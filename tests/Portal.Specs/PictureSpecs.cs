using CsCheck;
using Tremplin.Portal.Audit;

namespace Tremplin.Portal.Specs;

/// <summary>The picture of a history: everything is on it, in order, and no arrow goes through an event.</summary>
public class PictureSpecs
{
    private static readonly Gen<List<Step>> Histories =
        from size in Gen.Int[1, 60]
        from lanes in Gen.Int[0, 2].List[size]
        from causes in Gen.Int[-2, 59].List[size]
        from days in Gen.Int[0, 90].List[size]
        select Enumerable.Range(1, size).Select(n => Given.Event(
            n, AuditDoors.Services[lanes[n - 1]], causes[n - 1] > 0 && causes[n - 1] < n ? causes[n - 1] : null, days[n - 1])).ToList();

    [Fact]
    public void Has_a_row_for_each_event_and_an_arrow_for_each_cause_that_is_on_it() => Histories.Sample(history =>
    {
        var picture = Picture.Of(history);
        picture.Rows.Select(r => r.Step).Should().Equal(history);
        picture.Rows.Select(r => r.Y).Should().BeInAscendingOrder().And.OnlyHaveUniqueItems();
        picture.Rows[^1].Y.Should().BeLessThan(picture.Height);
        picture.Arrows.Select(a => (a.From.Step.Id, a.To.Step.Id)).Should().BeEquivalentTo(
            history.Where(s => history.Exists(c => c.Id == s.Cause)).Select(s => (s.Cause, s.Id)));
    });

    [Fact]
    public void Leads_arrows_downwards_and_between_the_lanes() => Histories.Sample(history =>
    {
        foreach (var arrow in Picture.Of(history).Arrows)
        {
            arrow.To.Y.Should().BeGreaterThan(arrow.From.Y);
            Enumerable.Range(0, 3).Should().OnlyContain(lane => Math.Abs(Picture.Lane(lane) - arrow.X) > Picture.Radius);
            arrow.X.Should().BeInRange(Picture.Lane(0), Picture.Lane(2));
        }
    });

    [Fact]
    public void Gives_arrows_that_run_beside_each_other_tracks_of_their_own()
    {
        var picture = Picture.Of([Event(1, 0), Event(2, 0), Event(3, 1, 1), Event(4, 1, 2)]);
        picture.Arrows.Select(a => a.X).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Heads_each_day_once_and_says_how_much_later_it_is()
    {
        var picture = Picture.Of([Event(1, 0), Event(2, 0), Event(3, 0, day: 13), Event(4, 0, day: 62)]);
        picture.Days.Select(d => d.Later).Should().Equal(null, 13, 49);
        picture.Days[0].Y.Should().BeLessThan(picture.Rows[0].Y);
    }

    [Fact]
    public void Ties_what_was_decided_together_in_one_stream_of_one_service()
    {
        Step[] steps =
        [
            Given.Event(1, "enrollment", command: 7), Given.Event(2, "enrollment", command: 7), Given.Event(3, "certification", command: 7),
            Given.Event(4, "certification", stream: Given.Id(5), command: 7), Given.Event(5, "certification", stream: Given.Id(5), command: 8),
        ];
        var picture = Picture.Of(steps);
        picture.Ties.Should().Equal(new PictureTie(0, picture.Rows[0].Y, picture.Rows[1].Y));
    }

    [Fact]
    public void Puts_no_effect_before_its_cause_whatever_the_clocks_say()
    {
        Step[] recorded = [Given.Event(1, "enrollment", recorded: 50), Given.Event(2, "scheduling", cause: 1, recorded: 10), Given.Event(3, "certification", cause: 2, recorded: 20)];
        Step.InOrder(recorded.Reverse()).Select(s => s.Sequence).Should().Equal(1, 2, 3);
    }

    private static Step Event(int number, int lane, int? cause = null, int day = 0) => Given.Event(number, AuditDoors.Services[lane], cause, day);
}
