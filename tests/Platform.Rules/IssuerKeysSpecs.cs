using AwesomeAssertions;
using Tremplin.Certification.Credentials;
using Xunit;

namespace Tremplin.Platform.Rules;

/// <summary>The keys of certificates as files, by the steps of <c>docs/operators/certificates.md</c>.</summary>
public sealed class IssuerKeysSpecs : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("keys-").FullName;

    [Fact]
    public void Makes_a_key_at_first_start_that_its_owner_alone_reads_and_finds_it_again()
    {
        using var first = IssuerKeys.In(_folder);
        using var second = IssuerKeys.In(_folder);
        second.Current.Id.Should().Be(first.Current.Id);
        File.GetUnixFileMode(Path.Combine(_folder, "certificates.key")).Should().Be(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    [Trait("Rule", "R45")]
    public void Verifies_with_the_key_before_once_the_file_was_taken_away_and_its_public_half_was_kept()
    {
        using var before = IssuerKeys.In(_folder);
        var signature = before.Sign([1, 2, 3]);
        File.WriteAllText(Path.Combine(_folder, "certificates-retired-2027.pub"), before.Current.Multibase + "\n");
        File.Delete(Path.Combine(_folder, "certificates.key"));

        using var after = IssuerKeys.In(_folder);
        after.Current.Id.Should().NotBe(before.Current.Id);
        after.All.Where(k => k.Verifies([1, 2, 3], signature)).Select(k => k.Id).Should().Equal(before.Current.Id);
    }

    [Fact]
    public void Does_not_start_with_a_retired_key_that_is_none()
    {
        File.WriteAllText(Path.Combine(_folder, "certificates-retired-2027.pub"), "z6Mk");
        ((Func<IssuerKeys>)(() => IssuerKeys.In(_folder))).Should().Throw<FormatException>();
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
