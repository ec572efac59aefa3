using System.Reflection;
using System.Runtime.CompilerServices;
using AwesomeAssertions;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>What others build on says what it is.</summary>
public class DocumentationSpecs
{
    [Fact]
    public void Every_public_type_and_member_of_the_shell_and_the_contracts_has_a_summary() =>
        new[] { Code.Defaults, Code.ContractAssembly }.SelectMany(a => a.GetExportedTypes()).SelectMany(Undocumented).Should().BeEmpty();

    [Fact]
    public void Every_public_type_of_a_service_has_a_summary() =>
        Code.Services.SelectMany(s => s.Assembly.GetExportedTypes())
            .Where(t => t.Name != "Program" && !Generated(t) && Docs.Summary(t) == "")
            .Should().BeEmpty();

    [Fact]
    public void Every_field_of_a_contract_says_what_it_means() =>
        Code.Contracts.Concat(Code.Public.Select(c => c.Type)).Concat(Code.Parts).SelectMany(t => t.GetProperties())
            .Where(p => Docs.Parameter(p.DeclaringType!, p.Name) == "").Select(p => $"{p.DeclaringType!.Name}.{p.Name}")
            .Should().BeEmpty();

    private static IEnumerable<string> Undocumented(Type type)
    {
        if (Docs.Summary(type) == "")
            yield return type.FullName!;
        var positional = type.GetConstructors().SelectMany(c => c.GetParameters()).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var members = type.GetMembers(BindingFlags.DeclaredOnly | BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            .Where(m => m is not (ConstructorInfo or Type or MethodInfo { IsSpecialName: true }) && m.Name != "value__" && !Generated(m))
            .Where(m => !(m is PropertyInfo && positional.Contains(m.Name)));
        foreach (var member in members.Where(m => !Docs.Has(m)))
            yield return $"{type.FullName}.{member.Name}";
    }

    private static bool Generated(MemberInfo member) =>
        member.IsDefined(typeof(CompilerGeneratedAttribute)) || member.Name.Contains('<', StringComparison.Ordinal);
}
