using System.Reflection;
using AwesomeAssertions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Authorization.Infrastructure;
using Microsoft.AspNetCore.Routing;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The HTTP addresses, as the services open them.</summary>
public class EndpointSpecs
{
    private static readonly string[] OpenToEverybody =
    [
        // Whoever checks a certificate has no token; its holder's name and documents ask for the holder's link.
        "Certification GET, HEAD /certificates/{id}", "Certification GET, HEAD /certificates/{id}/credential",
        "Certification GET, HEAD /certificates/{id}/holder-credential", "Certification GET, HEAD /certificates/{id}/certificate.pdf",
        "Certification GET, HEAD /certificates/{id}/realisation.pdf", "Certification GET, HEAD /status-lists/{list}/{purpose}",
        "Certification GET, HEAD /.well-known/did.json",
        // Calendar programs have no token: the key is what they have. docs/adr/0034-calendars.md
        "Scheduling GET, HEAD /calendars/records/{id:guid}.ics", "Scheduling GET, HEAD /calendars/records/{id:guid}/{session:guid}.ics",
        "Scheduling GET, HEAD /calendars/trainers/{trainer}.ics", "Scheduling GET, HEAD /calendars/trainers/{trainer}/{session:guid}.ics",
        .. Code.Services.SelectMany(s => new[] { $"{s.Name} /health/live", $"{s.Name} /health/ready", $"{s.Name} GET /health/leader", $"{s.Name} GET /health/ledger" }),
    ];

    public static IEnumerable<(string Service, RouteEndpoint Endpoint)> All =>
        Code.Services.SelectMany(s => Running.Of(s).Endpoints.Select(e => (s.Name, e)));

    [Fact]
    public void Only_what_says_why_is_open_to_everybody() =>
        All.Where(e => e.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is not null).Select(e => $"{e.Service} {Address(e.Endpoint)}")
            .Should().BeEquivalentTo(OpenToEverybody);

    [Fact]
    public void Every_other_address_names_the_roles_that_may_call_it()
    {
        var known = typeof(Role).GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.GetRawConstantValue()).ToList();
        All.Should().HaveCountGreaterThan(35);
        All.Where(e => e.Endpoint.Metadata.GetMetadata<IAllowAnonymous>() is null)
            .Where(e => !Roles(e.Endpoint).Any() || Roles(e.Endpoint).Except(known).Any())
            .Select(e => $"{e.Service} {Address(e.Endpoint)}: {string.Join(", ", Roles(e.Endpoint))}").Should().BeEmpty();
    }

    [Fact]
    public void An_auditor_changes_nothing() =>
        All.Where(e => Roles(e.Endpoint).Contains(Role.Auditor)).Select(e => Address(e.Endpoint))
            .Should().OnlyContain(a => a.StartsWith("GET ", StringComparison.Ordinal));

    [Fact]
    public void Every_door_that_can_be_opened_is_opened()
    {
        foreach (var service in Code.Services)
        {
            var maps = service.Assembly.GetTypes()
                .Where(t => t.GetMethod("Map", BindingFlags.Public | BindingFlags.Static, [typeof(IEndpointRouteBuilder)]) is not null);
            Running.Of(service).Endpoints.Select(Slice).OfType<Type>().Where(t => t.Assembly == service.Assembly).Distinct()
                .Should().BeEquivalentTo(maps);
        }
    }

    [Fact]
    public void No_address_is_opened_twice() => All.Select(e => (e.Service, Address(e.Endpoint))).Should().OnlyHaveUniqueItems();

    internal static string Address(RouteEndpoint endpoint) =>
        string.Join(", ", endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []) is { Length: > 0 } methods
            ? $"{methods} {endpoint.RoutePattern.RawText}"
            : endpoint.RoutePattern.RawText!;

    internal static IEnumerable<string> Roles(RouteEndpoint endpoint) =>
        endpoint.Metadata.GetOrderedMetadata<AuthorizationPolicy>()
            .SelectMany(p => p.Requirements.OfType<RolesAuthorizationRequirement>())
            .SelectMany(r => r.AllowedRoles);

    /// <summary>The type in whose file the address is opened.</summary>
    internal static Type? Slice(RouteEndpoint endpoint)
    {
        var type = endpoint.Metadata.GetMetadata<MethodInfo>()?.DeclaringType;
        while (type is { DeclaringType: { } outer } && type.Name.StartsWith('<'))
            type = outer;
        return type;
    }
}
