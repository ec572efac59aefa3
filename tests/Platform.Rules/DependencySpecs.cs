using System.Reflection;
using System.Xml.Linq;
using AwesomeAssertions;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>Rules 1 and 3 of the architecture: who may know whom.</summary>
public class DependencySpecs
{
    private static readonly IReadOnlyList<Project> Projects =
        [.. Tree.With(".csproj").Where(f => !f.StartsWith("tests/", StringComparison.Ordinal)).Select(Project.Read)];

    private static readonly string[] Shells = ["Enrollment", "Scheduling", "Certification"];

    [Fact]
    public void Contracts_depend_on_nothing_but_the_naming_attributes()
    {
        var contracts = Projects.Single(p => p.File == "contracts/Contracts/Contracts.csproj");
        contracts.Projects.Should().BeEmpty();
        // The analyzer goes no further than the compiler.
        contracts.Packages.Should().Equal("MassTransit.Abstractions", "Microsoft.CodeAnalysis.PublicApiAnalyzers");
    }

    [Fact]
    public void Projects_refer_to_those_that_they_may()
    {
        Projects.Select(p => p.Name).Should().Contain(Shells);
        var breaches =
            from project in Projects
            from other in project.Projects
            where !(project.Name switch
            {
                // A partner copies its example, and has nothing else of ours.
                "Contracts" or "Ledger" or "Partner" => [],
                "Defaults" => ["Ledger"],
                "Cli" => ["Contracts", "Ledger"],
                // It shows what the others answer, and checks their proofs.
                "Portal" => ["Ledger"],
                _ => new[] { "Contracts", "Defaults" },
            }).Contains(other)
            select $"{project.Name} refers to {other}";
        breaches.Should().BeEmpty();
    }

    [Fact]
    public void The_ledger_needs_no_more_than_its_crypto_package() =>
        Projects.Where(p => p.Name == "Ledger").Should().OnlyContain(p => p.Packages.Count <= 1);

    [Fact]
    public void Three_projects_are_shared_and_no_other() =>
        Projects.SelectMany(p => p.Projects).Distinct().Except(["Contracts", "Defaults", "Ledger"]).Should().BeEmpty();

    [Fact]
    public void Compiled_services_do_not_know_each_other() =>
        Code.Services.SelectMany(s => s.Assembly.GetReferencedAssemblies()
                .Select(a => a.Name!)
                .Where(a => a.StartsWith("Tremplin.", StringComparison.Ordinal))
                .Except(["Tremplin.Contracts", "Tremplin.Defaults", "Tremplin.Ledger"])
                .Select(a => $"{s.Name} knows {a}"))
            .Should().BeEmpty();

    [Fact]
    public void Contracts_appear_at_the_doors_and_in_announcements_only()
    {
        var outside =
            from service in Code.Services
            from type in Il.Types(service.Assembly)
            let written = Il.Written(type)
            where written.Name is not ("Announcements" or "Door")
            from name in Il.Names(type)
            where name.Type.FullName.StartsWith("Tremplin.Contracts.", StringComparison.Ordinal)
            // The folder is the partners' door.
            where !(InPartners(written) && name.Type.Namespace.StartsWith("Tremplin.Contracts.Partners.", StringComparison.Ordinal))
            select $"{written.FullName} names {name.Type.FullName}";
        outside.Distinct().Should().BeEmpty();
    }

    [Fact]
    public void Every_consumer_is_a_door() =>
        Code.Services.SelectMany(s => s.Assembly.GetTypes().Where(t => Service.Closed(t, typeof(MassTransit.IConsumer<>)).Any()))
            .Should().OnlyContain(t => t.Name == "Door" && t.IsSealed && t.IsNested);

    [Fact]
    public void Only_the_announcer_publishes()
    {
        string[] senders =
            ["MassTransit.IBus", "MassTransit.IPublishEndpoint", "MassTransit.ISendEndpoint", "MassTransit.ISendEndpointProvider", "Tremplin.Defaults.IAnnouncing"];
        Code.Running.SelectMany(Il.Types)
            // IAnnouncing is the Announcer's own bus, which Bus connects and EventStore hands over.
            .Where(t => !Il.Outwards(t).Any(o => o.FullName is "Tremplin.Defaults.Announcer" or "Tremplin.Defaults.EventStore" or "Tremplin.Defaults.IAnnouncing"))
            .SelectMany(t => Il.Names(t)
                .Where(n => senders.Contains(n.Type.FullName) || n.Member?.Name is "Publish" or "RespondAsync" or "BasicPublishAsync")
                .Where(n => !PublishesToPartners(Il.Written(t), n.ToString()) && (Il.Written(t).FullName, n.Type.FullName) != ("Tremplin.Defaults.Bus", "Tremplin.Defaults.IAnnouncing"))
                .Select(n => $"{t.FullName} sends by {n}"))
            .Should().BeEmpty();

        // Program hangs it on the Announcer, and the partners' door answers with it.
        static bool PublishesToPartners(Mono.Cecil.TypeDefinition by, string how) => how switch
        {
            "Tremplin.Enrollment.Partners.Exchange::Publish" => InPartners(by) || (by.Name == "Program" && by.Module.Name == "Tremplin.Enrollment.dll"),
            "RabbitMQ.Client.IChannelExtensions::BasicPublishAsync" or "RabbitMQ.Client.IChannel::BasicPublishAsync" =>
                by.FullName == "Tremplin.Enrollment.Partners.Exchange",
            _ => false,
        };
    }

    [Fact]
    public void No_mediator_and_no_mapper_is_used() =>
        Tree.Read("Directory.Packages.props").Should()
            .NotContainAny("MediatR", "Mediator", "Wolverine", "AutoMapper", "Mapster", "Mapperly");

    [Fact]
    public void No_interface_has_one_implementation_beside_it()
    {
        var types = Code.Running.SelectMany(a => a.GetTypes()).ToList();
        types.Where(i => i.IsInterface && types.Where(t => !t.IsInterface && Is(t, i)).ToList() is [var only] && only.Assembly == i.Assembly)
            .Should().BeEmpty();

        static bool Is(Type type, Type contract) =>
            type.GetInterfaces().Any(i => i == contract || (i.IsGenericType && i.GetGenericTypeDefinition() == contract));
    }

    [Fact]
    public void States_are_never_changed_in_place_nor_inherited()
    {
        var states = Code.Services.SelectMany(s => s.Streams).ToList();
        states.Should().OnlyContain(t => t.IsSealed && t.BaseType == typeof(object));
        states.SelectMany(t => t.GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic))
            .Where(Code.CanBeSet).Select(p => $"{p.DeclaringType!.Name}.{p.Name}").Should().BeEmpty();
    }

    [Fact]
    public void No_state_is_an_answer()
    {
        var states = Code.Services.SelectMany(s => s.Streams).Select(t => t.FullName!).ToHashSet(StringComparer.Ordinal);
        var answered =
            from service in Code.Services
            from type in Il.Types(service.Assembly)
            from method in type.Methods.Where(m => m.HasBody)
            from called in method.Body.Instructions.Select(i => i.Operand).OfType<Mono.Cecil.GenericInstanceMethod>()
            where called.DeclaringType.Name is "Results" or "TypedResults"
            from argument in called.GenericArguments
            where states.Contains(argument.FullName)
            select $"{Il.Written(type).FullName} answers with {argument.FullName}";
        answered.Should().BeEmpty();
    }

    [Fact]
    public void A_decision_is_a_record_of_its_stream() =>
        Code.Services.SelectMany(s => s.Assembly.GetTypes()).Where(t => Service.Closed(t, typeof(ICommand<>)).Any())
            .Should().OnlyContain(t => t.IsSealed && Code.IsRecord(t) && Service.Closed(t, typeof(ICommand<>)).Count() == 1);

    private static bool InPartners(Mono.Cecil.TypeDefinition written) => written.Namespace == "Tremplin.Enrollment.Partners";

    private sealed record Project(string File, IReadOnlyList<string> Projects, IReadOnlyList<string> Packages)
    {
        public string Name => Path.GetFileNameWithoutExtension(File);

        public static Project Read(string file)
        {
            var xml = XDocument.Parse(Tree.Read(file));
            return new(
                file,
                [.. xml.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value))],
                [.. xml.Descendants("PackageReference").Select(r => r.Attribute("Include")?.Value).OfType<string>()]);
        }
    }
}
