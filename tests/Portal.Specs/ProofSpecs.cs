using Tremplin.Portal.Audit;

namespace Tremplin.Portal.Specs;

/// <summary>What the page says is proven, is.</summary>
public class ProofSpecs
{
    private static readonly Step[] Events = [.. Enumerable.Range(1, 5).Select(n => Given.Event(n, "enrollment"))];

    [Fact]
    public void Every_event_under_the_checkpoint_is_proven()
    {
        var (checkpoint, said) = Given.Ledger(Events);
        CheckedLedger.Judge(checkpoint, said).Values.Should().HaveCount(5).And.AllBeEquivalentTo(Proof.Proven);
    }

    [Fact]
    public void An_event_that_was_changed_is_not_proven()
    {
        var (checkpoint, said) = Given.Ledger(Events);
        said[2] = (Given.Forged(said[2].Step), said[2].Said);
        var judged = CheckedLedger.Judge(checkpoint, said);
        judged[Events[2].Id].Should().Be(Proof.NotProven);
        judged.Values.Count(p => p is Proof.Proven).Should().Be(4);
    }

    [Fact]
    public void An_event_at_the_place_of_another_is_not_proven()
    {
        var (checkpoint, said) = Given.Ledger(Events);
        said[2] = (said[2].Step, said[3].Said);
        CheckedLedger.Judge(checkpoint, said)[Events[2].Id].Should().Be(Proof.NotProven);
    }

    [Fact]
    public void Another_root_proves_nothing()
    {
        var (checkpoint, said) = Given.Ledger(Events);
        CheckedLedger.Judge(checkpoint with { Root = new byte[32] }, said).Values.Should().AllBeEquivalentTo(Proof.NotProven);
    }

    [Fact]
    public void An_event_after_the_checkpoint_is_not_covered_yet()
    {
        var (checkpoint, said) = Given.Ledger(Events[..4]);
        CheckedLedger.Judge(checkpoint, [.. said, (Events[4], new Inclusion(true))])[Events[4].Id].Should().Be(Proof.NotYet);
    }

    [Fact]
    public void An_event_before_one_that_is_covered_cannot_be_too_new()
    {
        var (checkpoint, said) = Given.Ledger(Events);
        said[1] = (said[1].Step, new Inclusion(true));
        CheckedLedger.Judge(checkpoint, said)[Events[1].Id].Should().Be(Proof.NotProven);
    }

    [Fact]
    public void An_event_that_the_ledger_does_not_know_is_not_proven()
    {
        var (checkpoint, said) = Given.Ledger(Events[..4]);
        CheckedLedger.Judge(checkpoint, [.. said, (Events[4], new Inclusion(Known: false))])[Events[4].Id].Should().Be(Proof.NotProven);
    }
}
