using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

[Trait("Rule", "R31")]
public class CountersignSpecs
{
    [Fact]
    public void Says_who_countersigned_and_when() =>
        Given(HalfDay, AwaAndBilalExpected)
            .When(new Countersign("trainer-nora"), HalfDay.EndsAt)
            .Then(new TrainerCountersigned("trainer-nora", HalfDay.EndsAt));

    [Fact]
    public void Changes_nothing_the_second_time() =>
        Given(HalfDay, AwaAndBilalExpected, new TrainerCountersigned("trainer-nora", HalfDay.EndsAt))
            .When(new Countersign("trainer-omar"), HalfDay.EndsAt)
            .ThenNothing();

    [Fact]
    public void Refuses_before_signing_is_open() => Given(HalfDay).When(new Countersign("trainer-nora")).ThenRefused("signing-not-open");

    [Fact]
    public void Refuses_an_unknown_session() => Given().When(new Countersign("trainer-nora")).ThenRefused("unknown");
}
