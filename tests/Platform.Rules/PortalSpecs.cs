using System.Reflection;
using AwesomeAssertions;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Components;
using Tremplin.Defaults;
using Tremplin.Portal.Audit;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The portal knows what the services store by name only: what they add needs words there.</summary>
public class PortalSpecs
{
    private static readonly Assembly Portal = typeof(Step).Assembly;

    private static readonly string[] OpenToEverybody = ["SignInPage", "Sorry"];

    [Fact]
    public void Every_stored_event_has_words() =>
        EventWords.Known.Should().BeEquivalentTo(Code.Events.Select(e => e.Name), "the page tells an auditor in a few words what happened");

    [Fact]
    public void Words_for_events_fit_into_a_row_of_a_phone() =>
        EventWords.Known.Select(EventWords.Of).SelectMany(w => new[] { w.English, w.French }).Where(w => w.Length is 0 or > 26).Should().BeEmpty();

    [Fact]
    public void Every_type_of_stream_has_words() =>
        Code.Services.SelectMany(s => s.Streams).Select(t => t.Name).Select(n => Code.Kebab(n).Replace('-', '_')).Should().BeSubsetOf(Values.KnownStreams);

    [Fact]
    public void Every_field_of_a_state_or_an_event_has_words() =>
        Fields().Select(f => Json(f.Name)).Distinct().Except(Values.KnownFields).Should().BeEmpty();

    [Fact]
    public void Every_choice_in_a_state_or_an_event_has_words() =>
        Fields().Select(f => (f.Name, Type: Nullable.GetUnderlyingType(f.PropertyType) ?? f.PropertyType)).Where(f => f.Type.IsEnum)
            .SelectMany(f => Enum.GetNames(f.Type).Select(value => (Field: Json(f.Name), value)))
            .Where(c => !Values.KnowsChoice(c.Field, c.value)).Should().BeEmpty();

    [Fact]
    public void Whatever_is_sealed_is_shown_as_sealed()
    {
        var key = new LearnerKey(Guid.NewGuid(), new byte[32]);
        var personal = Fields().Where(f => f.PropertyType == typeof(Sealed)).ToList();
        personal.Should().NotBeEmpty();
        personal.Where(f => !Values.IsSealed(Json(f.Name), key.Seal("A").Text)).Should().BeEmpty();
    }

    [Fact]
    public void Every_page_names_its_roles_but_those_to_sign_in_and_to_say_sorry()
    {
        var pages = Portal.GetTypes().Where(t => t.IsDefined(typeof(RouteAttribute))).ToList();
        pages.Should().HaveCountGreaterThan(3);
        pages.Where(t => t.IsDefined(typeof(AllowAnonymousAttribute))).Select(t => t.Name).Should().BeEquivalentTo(OpenToEverybody);
        pages.Where(t => !OpenToEverybody.Contains(t.Name)).Should().OnlyContain(
            t => t.GetCustomAttribute<AuthorizeAttribute>()!.Roles == (t.Name == "SheetPage" ? $"{Role.Coordinator},{Role.Trainer}" : Role.Auditor));
    }

    /// <summary>Everything in the states of the streams and in their events, and in what these hold.</summary>
    private static HashSet<PropertyInfo> Fields()
    {
        var (fields, seen) = (new HashSet<PropertyInfo>(), new HashSet<Type>());
        foreach (var type in Code.Services.SelectMany(s => s.Streams).Concat(Code.Events.Select(e => e.Type)))
            Add(type);
        return fields;

        void Add(Type type)
        {
            if (type.IsGenericType)
                type.GetGenericArguments().ToList().ForEach(Add);
            if (type.Namespace?.StartsWith("Tremplin.", StringComparison.Ordinal) is not true || type.IsEnum || type == typeof(Sealed) || !seen.Add(type))
                return;
            foreach (var property in type.GetProperties(BindingFlags.Instance | BindingFlags.Public))
            {
                fields.Add(property);
                Add(property.PropertyType);
            }
        }
    }

    private static string Json(string name) => System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(name);
}
