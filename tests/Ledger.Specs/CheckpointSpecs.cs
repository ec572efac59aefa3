using System.Text;
using AwesomeAssertions;
using Xunit;

namespace Tremplin.Ledger.Specs;

public class CheckpointSpecs
{
    private static readonly SigningKey Key = new("tremplin.example/enrollment", [.. Enumerable.Range(0, 32).Select(n => (byte)n)]);
    private static readonly Checkpoint Made = new("tremplin.example/enrollment", 3, Merkle.Root([Merkle.Leaf([1]), Merkle.Leaf([2]), Merkle.Leaf([3])]));

    /// <summary>The public key of RFC 8032's own seed would do as well; this one was computed by OpenSSL from the same seed.</summary>
    [Fact]
    public void Writes_three_lines_an_empty_one_and_a_signature_under_the_logs_name()
    {
        var lines = Key.Sign(Made).Split('\n');
        lines[..4].Should().Equal("tremplin.example/enrollment", "3", Convert.ToBase64String(Made.Root.Span), "");
        lines[4].Should().StartWith("— tremplin.example/enrollment ");
        lines[4].Should().EndWith(" Gqa9k143KxAC9e/xZ1GdBsMrlT9JB+mUms1VxA/KaXMxU766ksSememamNZkzSdrmMFo12S7Y2M9ZDvBVVd/nr3EIAk=", "contracts/verifier has the same");
        lines[5].Should().BeEmpty();
        Key.Verifier.ToString().Should().EndWith("+" + Convert.ToBase64String([1, .. Convert.FromHexString("03a107bff3ce10be1d70dd18e74bc09967e4d6309ba50d5f1ddc8664125531b8")]));
    }

    [Fact]
    public void Opens_what_was_signed_with_the_public_key_alone()
    {
        var opened = Checkpoint.Open(Key.Sign(Made), VerifierKey.Parse(Key.Verifier.ToString()));
        opened.Origin.Should().Be(Made.Origin);
        opened.Size.Should().Be(3);
        opened.Root.ToArray().Should().Equal(Made.Root.ToArray());
    }

    [Theory]
    [InlineData("\n3\n", "\n4\n", "not signed")]
    [InlineData("\n3\n", "\n03\n", "no checkpoint")]
    [InlineData("tremplin.example/enrollment\n", "tremplin.example/scheduling\n", "of the log")]
    [InlineData("\n\n", "\n", "no checkpoint")]
    public void Refuses_what_was_changed(string was, string now, string why)
    {
        var note = Key.Sign(Made);
        var changed = note[..note.IndexOf('—', StringComparison.Ordinal)].Replace(was, now, StringComparison.Ordinal) + note[note.IndexOf('—', StringComparison.Ordinal)..];
        new Action(() => Checkpoint.Open(changed, Key.Verifier)).Should().Throw<InvalidDataException>().WithMessage($"*{why}*");
    }

    [Fact]
    public void Refuses_another_key_of_the_same_name()
    {
        using var other = new SigningKey(Key.Verifier.Name, new byte[32]);
        new Action(() => Checkpoint.Open(Key.Sign(Made), other.Verifier)).Should().Throw<InvalidDataException>().WithMessage("*not signed*");
    }

    [Fact]
    public void Knows_a_verifier_key_that_was_mistyped()
    {
        var text = Key.Verifier.ToString();
        var at = text.IndexOf('+', StringComparison.Ordinal) + 1;
        var mistyped = text[..at] + (text[at] == '0' ? '1' : '0') + text[(at + 1)..];
        new Action(() => VerifierKey.Parse(mistyped)).Should().Throw<FormatException>().WithMessage("*hash*");
    }

    [Fact]
    public void Finds_each_note_in_a_file_to_which_they_were_appended()
    {
        var notes = Enumerable.Range(1, 3).Select(n => Key.Sign(Made with { Size = n })).ToList();
        Checkpoint.Notes(string.Concat(notes).TrimEnd('\n').Split('\n')).Should().Equal(notes);
    }

    [Fact]
    public void An_entry_does_not_depend_on_how_the_database_writes_json()
    {
        var stored = new StoredEvent(
            7, Guid.Empty, Guid.Empty, "training-record", 1, "seat-requested", new(2026, 11, 2, 8, 0, 0, DateTimeKind.Utc), "c", "d",
            """{"actor":"a","occurredAt":"2026-11-02T08:00:00.0000000+00:00"}""", """{"b":1.50,"a":"é"}""");
        var entry = Entry.Of("enrollment", stored);
        Encoding.UTF8.GetString(entry).Should().Be(
            """{"actor":"a","causationid":"d","correlationid":"c","data":{"a":"é","b":1.5},"datacontenttype":"application/json","id":"00000000-0000-0000-0000-000000000000","recordedtime":"2026-11-02T08:00:00.000000Z","sequence":"0000000000000000007","source":"/enrollment","specversion":"1.0","streamtype":"training-record","streamversion":1,"subject":"00000000-0000-0000-0000-000000000000","time":"2026-11-02T08:00:00.0000000+00:00","type":"org.tremplin.stored.seat-requested"}""");
        Entry.Of("enrollment", stored with
        {
            Headers = """{"occurredAt": "2026-11-02T08:00:00.0000000+00:00", "actor": "a"}""",
            Data = """{"a": "\u00e9", "b": 1.5}""",
        }).Should().Equal(entry);
    }
}
