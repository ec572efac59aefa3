using AwesomeAssertions;
using Tremplin.Defaults;
using Xunit;

namespace Tremplin.Enrollment.Specs.Learners;

public sealed class SecretsSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tremplin-secrets-").FullName;

    [Fact]
    public void Are_generated_once()
    {
        var first = Secrets.Bytes(Named("a.key"), 64);
        first.Should().HaveCount(64);
        Secrets.Bytes(Named("a.key"), 64).Should().Equal(first);
        Secrets.Bytes(Named("b.key"), 64).Should().NotEqual(first);
        File.GetUnixFileMode(Named("a.key")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public void Are_taken_from_where_a_link_leads_as_one_does_in_a_mounted_secret()
    {
        var data = Directory.CreateDirectory(Named("..data")).FullName;
        File.WriteAllBytes(Path.Combine(data, "a.key"), [.. Enumerable.Repeat((byte)7, 64)]);
        File.CreateSymbolicLink(Named("a.key"), Path.Combine("..data", "a.key"));
        Secrets.Bytes(Named("a.key"), 64).Should().Equal(Enumerable.Repeat((byte)7, 64));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string Named(string file) => Path.Combine(_folder, file);
}
