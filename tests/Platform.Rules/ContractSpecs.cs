using System.Reflection;
using AwesomeAssertions;
using MassTransit;
using Tremplin.Contracts.Enrollment.V1;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The messages between our services.</summary>
public class ContractSpecs
{
    [Fact]
    public void Every_contract_has_a_wire_name_that_follows_from_its_own()
    {
        foreach (var contract in Code.Contracts)
        {
            var (service, version) = (contract.Namespace!.Split('.')[^2], contract.Namespace!.Split('.')[^1]);
            version.Should().MatchRegex("^V[1-9][0-9]*$");
            var (s, name, v) = (Code.Kebab(service), Code.Kebab(contract.Name), Code.Kebab(version));
            Code.WireName(contract).Should().Be($"{s}.{name}.{v}");
            contract.GetCustomAttribute<MessageUrnAttribute>()!.Urn.ToString().Should().EndWith($"tremplin:{s}:{name}:{v}");
        }

        Code.Contracts.Should().HaveCountGreaterThan(15);
        Code.Contracts.Select(Code.WireName).Should().OnlyHaveUniqueItems();
        Code.Contracts.Select(c => c.GetCustomAttribute<MessageUrnAttribute>()!.Urn).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public void Everything_else_there_is_a_part_of_a_contract()
    {
        var messages = Code.Contracts.Concat(Code.Public.Select(c => c.Type)).ToList();
        var fields = messages.SelectMany(c => c.GetProperties()).Select(p => p.PropertyType).ToList();
        Code.Parts.Except(fields).Except(fields.SelectMany(f => f.GenericTypeArguments)).Should().BeEmpty();
        messages.Concat(Code.Parts.Where(p => !p.IsEnum)).Should().OnlyContain(t => t.IsSealed && Code.IsRecord(t));
    }

    [Fact]
    public void Every_contract_names_its_stream_and_version() =>
        Code.Contracts.Where(c => !c.GetProperties().Any(p =>
                p.Name.EndsWith("Id", StringComparison.Ordinal) && p.PropertyType == typeof(Guid)
                && c.GetProperty(p.Name[..^2] + "Version")?.PropertyType == typeof(long)))
            .Should().BeEmpty();

    [Fact]
    public void Every_contract_is_announced_by_the_one_service_that_it_is_named_after()
    {
        var announced = Code.Events
            .SelectMany(e => e.Service.AnnouncedAs(e.Type).Select(c => (Contract: c, e.Service))).Distinct().ToList();
        announced.Select(a => a.Contract).Should().BeEquivalentTo(Code.Contracts, "each is announced once");
        announced.Should().OnlyContain(a => a.Contract.Namespace == $"Tremplin.Contracts.{a.Service.Name}.V1");
    }

    [Fact]
    public void Every_contract_has_a_consumer_in_another_service()
    {
        var doors = Code.Services.SelectMany(s => s.Doors.Select(d => (d.Contract, s.Name))).ToList();
        Code.Contracts.Except(doors.Select(d => d.Contract))
            .Should().BeEmpty("a message that no queue wants is handed back and stops the Announcer");
        doors.Where(d => d.Contract.Namespace!.Contains($".{d.Name}.", StringComparison.Ordinal))
            .Should().BeEmpty("nobody listens to itself");
    }

    [Fact]
    public void No_contract_has_a_field_that_looks_like_personal_data_in_clear() =>
        Code.Contracts.Concat(Code.Public.Where(c => !c.IsCommand).Select(c => c.Type)).Concat(Code.Events.Select(e => e.Type))
            .SelectMany(t => t.GetProperties())
            .Where(p => p.PropertyType == typeof(string) && !p.Name.StartsWith("Sealed", StringComparison.Ordinal))
            .Where(p => p.Name is "Name" or "FirstName" or "LastName" or "Email" or "Phone" or "BirthDate")
            .Select(p => $"{p.DeclaringType!.Name}.{p.Name}").Should().BeEmpty();

    /// <summary>These are carried over by a cast, so that a name that moved in one of them would say another thing in the next.</summary>
    [Theory]
    [InlineData(typeof(Enrollment.TrainingRecords.PriorityClass), typeof(SeatPriority))]
    [InlineData(typeof(SeatPriority), typeof(Scheduling.Cohorts.PriorityClass))]
    [InlineData(typeof(Enrollment.TrainingRecords.Disposition), typeof(Disposition))]
    [InlineData(typeof(Disposition), typeof(Scheduling.Cohorts.Disposition))]
    public void What_is_cast_keeps_its_name(Type from, Type to) =>
        Enum.GetValuesAsUnderlyingType(from).Cast<int>().Select(n => Enum.GetName(to, n)).Should().Equal(Enum.GetNames(from));
}
