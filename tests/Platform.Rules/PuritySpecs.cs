using AwesomeAssertions;
using Marten;
using Mono.Cecil;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>Rule 2 of the architecture: decisions and folds are pure. Read from the compiled code, through all that it calls.</summary>
public class PuritySpecs
{
    private static readonly string[] Folds = ["Evolve", "RecordOf", "get_Initial", ".cctor"];
    private static readonly string[] Handlers = ["Evolve", "Create", "Apply", "Project", "ShouldDelete"];

    public static TheoryData<string> Impure => [.. typeof(PuritySpecs).GetNestedTypes().Select(t => t.Name)];

    [Fact]
    public void Decisions_and_folds_touch_values_only()
    {
        var roots = Code.Services.SelectMany(s => Il.Types(s.Assembly)).SelectMany(Roots).ToList();
        roots.Count(m => m.Name == "Decide").Should().BeGreaterThan(30);
        Purity.Faults(roots).Should().BeEmpty();
    }

    [Fact]
    public void Announcements_are_made_from_the_event_alone() =>
        Purity.Faults(
                Code.Services.SelectMany(s => Il.Types(s.Assembly)).Where(t => t.Name == "Announcements").SelectMany(t => t.Methods),
                [.. Code.ContractAssembly.GetExportedTypes().Select(t => t.FullName!)])
            .Should().BeEmpty();

    [Fact]
    public void Projections_use_the_event_alone()
    {
        var handlers = Code.Services.SelectMany(s => Il.Types(s.Assembly))
            .Where(t => t.BaseType?.Name.EndsWith("Projection`2", StringComparison.Ordinal) == true)
            .SelectMany(t => t.Methods.Where(m => Handlers.Contains(m.Name))).ToList();
        handlers.Should().HaveCountGreaterThan(5);
        Purity.Faults(handlers, "JasperFx.Events.IEvent", "JasperFx.Events.IEvent`1").Should().BeEmpty();
    }

    [Fact]
    public void Only_the_clock_tells_the_time() =>
        Code.Running.SelectMany(Il.Types)
            .Where(t => Il.Written(t).FullName != "Tremplin.Defaults.Clock")
            .SelectMany(t => Il.Names(t)
                .Where(n => n.Type.FullName is "System.DateTime" or "System.DateTimeOffset" && n.Member?.Name is "get_UtcNow" or "get_Now" or "get_Today")
                .Select(n => $"{t.FullName} calls {n}"))
            .Should().BeEmpty();

    /// <summary>The rule can fail: each of the nested types breaks it in a way of its own.</summary>
    [Theory]
    [MemberData(nameof(Impure))]
    public void Would_notice(string type)
    {
        var roots = Il.Types(typeof(PuritySpecs).Assembly).Where(t => Il.Outwards(t).Any(o => o.Name == type)).SelectMany(Roots).ToList();
        roots.Should().NotBeEmpty();
        Purity.Faults(roots).Should().NotBeEmpty();
    }

    private static IEnumerable<MethodDefinition> Roots(TypeDefinition type) => type.Methods.Where(m => Short(m.Name) switch
    {
        "Decide" => Il.Implements(type, "Tremplin.Defaults.ICommand`1"),
        var name => Folds.Contains(name) && Il.Implements(type, "Tremplin.Defaults.IStreamState`1"),
    });

    private static string Short(string name) => name == ".cctor" ? name : name[(name.LastIndexOf('.') + 1)..];

    public sealed record State : IStreamState<State>
    {
        public static State Initial { get; } = new() { At = DateTimeOffset.UtcNow };

        public DateTimeOffset At { get; init; }

        public State Evolve(object @event) => this;
    }

    public sealed record AsksTheClockInALambda : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now) =>
            Decision.Accept([.. Enumerable.Range(0, 1).Select(_ => (object)DateTime.UtcNow)]);
    }

    public sealed record AsksTheClockThroughOthers : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now) => Decision.Accept(new Clock(null).Now);
    }

    public sealed record MakesAnId : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now) => Decision.Accept(Ids());

        private static object[] Ids() => [Guid.CreateVersion7()];
    }

    public sealed record MakesAnIdLazily : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now) => Decision.Accept([.. Ids()]);

        private static IEnumerable<object> Ids()
        {
            yield return Guid.NewGuid();
        }
    }

    public sealed record ThrowsDice : ICommand<State>
    {
        private static readonly int Luck = Random.Shared.Next();

        public Decision Decide(State state, DateTimeOffset now) => Luck > 3 ? Decision.Nothing : Decision.Refuse("unlucky", "Bad luck.");
    }

    public sealed record ReadsAFile : ICommand<State>
    {
        Decision ICommand<State>.Decide(State state, DateTimeOffset now) => Decision.Accept(File.ReadAllText("facts"));
    }

    public sealed record ReadsTheEnvironment : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now) => Decision.Accept(Environment.MachineName);
    }

    public sealed record AsksTheStore(IDocumentSession Session) : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now)
        {
            Session.Store(state);
            return Decision.Nothing;
        }
    }

    public sealed record AnswersHttp : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now) => Decision.Accept(Microsoft.AspNetCore.Http.Results.Ok());
    }

    public sealed record TakesAContract : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now) =>
            Decision.Accept(new Contracts.Enrollment.V1.OfferDeclined(Guid.Empty, 1, Guid.Empty));
    }

    public sealed record GoesByTheMachinesTimeZones : ICommand<State>
    {
        public Decision Decide(State state, DateTimeOffset now) => Decision.Accept(TimeZoneInfo.ConvertTime(now, TimeZoneInfo.Local));
    }
}
