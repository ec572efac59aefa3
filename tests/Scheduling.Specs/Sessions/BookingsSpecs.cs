using AwesomeAssertions;
using Tremplin.Scheduling.Sessions;
using Xunit;
using static Tremplin.Scheduling.Specs.Examples;

namespace Tremplin.Scheduling.Specs.Sessions;

public class BookingsSpecs
{
    private static readonly DoubleBookingAllowed Allowed = new([Id(201)], DoubleBookingReason.HeldTogether);

    [Fact, Trait("Rule", "R23")]
    public void Takes_up_the_trainer_and_the_room_of_its_place() =>
        Of(HalfDay).Should().Equal("trainer trainer-nora", "room Salle 2, Lyon");

    [Fact, Trait("Rule", "R23")]
    public void Takes_up_nothing_once_it_is_cancelled() => Of(HalfDay, new SessionCancelled(Obstacle.TrainerAway)).Should().BeEmpty();

    [Fact, Trait("Rule", "R23")]
    public void Takes_up_what_it_was_moved_to() =>
        Of(HalfDay, RescheduleSessionSpecs.Moved).Should().Equal("trainer trainer-omar", "room Salle 3, Lyon");

    [Fact, Trait("Rule", "R23")]
    public void Takes_up_nobody_and_no_room_where_none_is_named() => Of(HalfDay with { Trainer = "", Room = " " }).Should().BeEmpty();

    [Fact, Trait("Rule", "R23")]
    public void Tells_auditors_for_how_long_and_beside_whom()
    {
        var interrupted = new SessionInterrupted(new(2026, 3, 16, 10, 30, 0), Start.AddMinutes(90), Obstacle.TechnicalFault);
        var held = new SessionInvariants().AllHeld(Given(Allowed, HalfDay, AwaAndBilalExpected, interrupted).State<Session>()).ToList();
        held.Select(h => (h.Rule, h.What)).Should().Equal(("R23", "trainer trainer-nora"), ("R23", "room Salle 2, Lyon"));
        held.Should().OnlyContain(h => h.Starts == Start && h.Ends == interrupted.EndedAt && h.Beside.Single() == Id(201));
        new SessionInvariants().AllHeld(Given(Allowed, HalfDay, RescheduleSessionSpecs.Moved).State<Session>()).Should().OnlyContain(h => h.Beside.Count == 0);
    }

    private static IReadOnlyList<string> Of(params object[] events) => Bookings.Of(Given(events).State<Session>());
}
