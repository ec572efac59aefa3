using System.Reflection;
using System.Text.RegularExpressions;
using AwesomeAssertions;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>Rules 4 and 5 of the architecture: stored events and what is projected from them.</summary>
public partial class EventSpecs
{
    private const BindingFlags Own =
        BindingFlags.DeclaredOnly | BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic;

    private static readonly IReadOnlyList<Type> Projections =
        [.. Code.Services.SelectMany(s => s.Assembly.GetTypes()).Where(t => t.IsAssignableTo(typeof(JasperFx.Events.Projections.ProjectionBase)))];

    [Fact]
    public void Every_stream_has_a_closed_set_of_events()
    {
        foreach (var stream in Code.Services.SelectMany(s => s.Streams))
        {
            var @base = Service.EventBase(stream);
            @base.Should().NotBeNull($"the events of {stream.Name} share the base {stream.Name}Event");
            @base!.IsAbstract.Should().BeTrue();
            @base.GetConstructors(BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)
                .Should().OnlyContain(c => c.IsFamilyAndAssembly || CopiesOneself(c), "it has a private protected constructor");
        }

        Code.Events.Should().HaveCountGreaterThan(40);
        Code.Events.Select(e => e.Stream).Distinct().Should().HaveCount(Code.Services.Sum(s => s.Streams.Count()));
    }

    /// <summary>Marten would make its table when it is first used, and no patch does, nor may the service.</summary>
    [Fact]
    public void Every_document_that_is_used_is_in_the_configuration()
    {
        string[] uses = ["Load", "LoadAsync", "LoadManyAsync", "Query", "Store", "Insert", "Update", "Delete", "HardDelete", "DeleteWhere", "HardDeleteWhere"];
        var used =
            from service in Code.Services
            from type in Il.Types(service.Assembly)
            from method in type.Methods.Where(m => m.HasBody)
            from called in method.Body.Instructions.Select(i => i.Operand).OfType<Mono.Cecil.GenericInstanceMethod>()
            where called.DeclaringType.Namespace.StartsWith("Marten", StringComparison.Ordinal) && uses.Contains(called.Name)
            from document in called.GenericArguments
            where document is not Mono.Cecil.GenericParameter
            select (Service: service, document.FullName);
        used.Distinct().Should().HaveCountGreaterThan(5);
        used.Where(one => !Running.Of(one.Service).Documents.Select(d => d.FullName).Contains(one.FullName))
            .Select(one => $"{one.Service.Name} uses {one.FullName}").Distinct().Should().BeEmpty();
    }

    [Fact]
    public void Every_event_is_a_sealed_record_without_setters()
    {
        Code.Events.Select(e => e.Type).Should().OnlyContain(t => t.IsSealed && Code.IsRecord(t));
        Code.Events.SelectMany(e => e.Type.GetProperties()).Where(Code.CanBeSet).Should().BeEmpty();
    }

    [Fact]
    public void Every_event_is_stored_under_a_name_of_its_own()
    {
        Code.Events.Where(e => !StoredName().IsMatch(e.Name)).Select(e => $"{e.Type.Name}: '{e.Name}'")
            .Should().BeEmpty("a name is stream.verb-phrase.vN");
        Code.Events.Where(e => e.Name.Split('.')[0] != Code.Kebab(e.Stream.Name)).Should().BeEmpty("a name begins with its stream");
        Code.Events.Select(e => e.Name).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Nothing_else_has_a_stored_name() =>
        Code.Services.SelectMany(s => s.Assembly.GetTypes()).Where(t => t.GetCustomAttribute<StoredAsAttribute>() is not null)
            .Should().BeEquivalentTo(Code.Events.Select(e => e.Type));

    [Fact]
    public void Every_event_is_registered_with_the_store_under_that_name()
    {
        foreach (var service in Code.Services)
        {
            Running.Of(service).StoredNames.Where(n => n.Key.Assembly == service.Assembly)
                .Should().BeEquivalentTo(service.Events.Select(e => KeyValuePair.Create(e.Type, e.Name)));
        }
    }

    [Fact]
    public void Every_event_appears_in_a_spec()
    {
        var words = WordsOfSpecs();
        Code.Events.Where(e => !words[e.Service.Assembly].Contains(e.Type.Name)).Select(e => e.Name).Should().BeEmpty();
    }

    [Fact]
    public void Every_command_appears_in_a_spec()
    {
        var words = WordsOfSpecs();
        Code.Services.SelectMany(s => s.Assembly.GetTypes()).Where(t => Service.Closed(t, typeof(ICommand<>)).Any())
            .Select(t => t.DeclaringType ?? t)
            .Where(t => !words[t.Assembly].Contains(t.Name)).Should().BeEmpty();
    }

    /// <summary>The store skips other projections in silence.</summary>
    [Fact]
    public void Every_projection_is_partial_and_its_handlers_are_public()
    {
        string[] handlers = ["Evolve", "EvolveAsync", "Create", "Apply", "Project", "ShouldDelete", "DetermineAction"];
        var source = string.Concat(Tree.CSharp("services").Select(Tree.Read));
        Projections.Where(t => !source.Contains($"public partial class {t.Name} ", StringComparison.Ordinal)).Should().BeEmpty();
        var methods = Projections.SelectMany(t => t.GetMethods(Own)).Where(m => handlers.Contains(m.Name)).ToList();
        methods.Where(m => !m.IsPublic).Select(m => $"{m.DeclaringType!.Name}.{m.Name}").Should().BeEmpty();
        methods.Select(m => m.DeclaringType).Distinct().Should().BeEquivalentTo(Projections);
    }

    /// <summary>A projection that folds by itself would otherwise be given the events of every stream.</summary>
    [Fact]
    public void Every_snapshot_takes_the_events_of_its_own_stream()
    {
        var snapshots = Projections.Where(t => t.GetMethod("Evolve", Own) is not null).ToList();
        snapshots.Should().HaveCountGreaterThan(3);
        foreach (var snapshot in snapshots)
        {
            var projection = (JasperFx.Events.Projections.ProjectionBase)Activator.CreateInstance(snapshot)!;
            projection.IncludedEventTypes.Should().Equal(Service.EventBase(snapshot.BaseType!.GenericTypeArguments[0])!);
        }
    }

    /// <summary>Otherwise what follows from it would lose its correlation with the record.</summary>
    [Fact]
    public void Every_event_that_names_a_record_is_about_that_record() =>
        Code.Events.Where(e => e.Type.GetProperty("RecordId")?.PropertyType == typeof(Guid) && !e.Type.IsAssignableTo(typeof(IAboutRecord)))
            .Select(e => e.Name).Should().BeEmpty();

    private static Dictionary<Assembly, HashSet<string>> WordsOfSpecs() => Code.Services.ToDictionary(
        s => s.Assembly,
        s => Tree.CSharp($"tests/{s.Name}.Specs").SelectMany(f => Word().Matches(Tree.Read(f))).Select(m => m.Value).ToHashSet(StringComparer.Ordinal));

    private static bool CopiesOneself(ConstructorInfo constructor) =>
        constructor.IsFamily && constructor.GetParameters() is [var original] && original.ParameterType == constructor.DeclaringType;

    [GeneratedRegex(@"\w+", RegexOptions.None, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Word();

    [GeneratedRegex(@"^[a-z]+(-[a-z]+)*\.[a-z]+(-[a-z]+)*\.v[1-9][0-9]*$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex StoredName();
}
