using System.Buffers.Text;
using System.IO.Compression;
using System.Text.Json.Nodes;

namespace Tremplin.Certification.Credentials;

/// <summary>Where a certificate stands in the status lists: at one index in the two lists of a number, never used again (R42).</summary>
/// <param name="List">The number of the lists, from 1.</param>
/// <param name="Index">The index in them, from 0 to 131 071.</param>
public sealed record StatusPlace(int List, int Index);

/// <summary>What a set bit says.</summary>
public enum StatusPurpose
{
    /// <summary>Revoked, for good.</summary>
    Revocation,

    /// <summary>Suspended, for now.</summary>
    Suspension,
}

/// <summary>A W3C Bitstring Status List: a bit for each of 131 072 certificates, which hides among how many one is looked up.</summary>
public static class StatusList
{
    /// <summary>The number of entries, the smallest that the specification allows (section 6.1).</summary>
    public const int Length = 131_072;

    /// <summary>The address of a list: <c>status-lists/1/revocation</c>.</summary>
    public static Uri Address(Uri address, int list, StatusPurpose purpose) => new(address, FormattableString.Invariant($"status-lists/{list}/{Word(purpose)}"));

    /// <summary>The entry of a certificate in one of its two lists.</summary>
    public static JsonObject Entry(Uri address, StatusPlace place, StatusPurpose purpose)
    {
        ArgumentNullException.ThrowIfNull(place);
        var (list, index) = (Address(address, place.List, purpose).AbsoluteUri, FormattableString.Invariant($"{place.Index}"));
        return new()
        {
            ["id"] = $"{list}#{index}",
            ["type"] = "BitstringStatusListEntry",
            ["statusPurpose"] = Word(purpose),
            ["statusListIndex"] = index,
            ["statusListCredential"] = list,
        };
    }

    /// <summary>The credential of a list, unsigned; the same bytes for the same content, on whichever replica.</summary>
    /// <param name="address">The public address of the platform.</param>
    /// <param name="list">Its number, from 1.</param>
    /// <param name="purpose">What its bits say.</param>
    /// <param name="set">The indexes that are set, in any order.</param>
    /// <param name="validFrom">When it was made.</param>
    /// <param name="validUntil">Until when it may be kept.</param>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the list.</exception>
    public static JsonObject Credential(
        Uri address, int list, StatusPurpose purpose, IEnumerable<int> set, DateTimeOffset validFrom, DateTimeOffset validUntil)
    {
        var id = Address(address, list, purpose).AbsoluteUri;
        return new()
        {
            ["@context"] = new JsonArray(Words.Credentials),
            ["id"] = id,
            ["type"] = new JsonArray("VerifiableCredential", "BitstringStatusListCredential"),
            ["issuer"] = Did.Of(address),
            ["validFrom"] = Words.Instant(validFrom),
            ["validUntil"] = Words.Instant(validUntil),
            ["credentialSubject"] = new JsonObject
            {
                ["id"] = id + "#list",
                ["type"] = "BitstringStatusList",
                ["statusPurpose"] = Word(purpose),
                ["encodedList"] = Encode(set),
            },
        };
    }

    /// <summary>The bits, index 0 the left-most of the first byte, in GZIP, in base64url behind the <c>u</c> of multibase.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An index is outside the list.</exception>
    public static string Encode(IEnumerable<int> set)
    {
        ArgumentNullException.ThrowIfNull(set);
        var bits = new byte[Length / 8];
        foreach (var index in set)
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index, nameof(set));
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Length, nameof(set));
            bits[index / 8] |= (byte)(0x80 >> (index % 8));
        }

        using var zipped = new MemoryStream();
        using (var zip = new GZipStream(zipped, CompressionLevel.Optimal))
            zip.Write(bits);
        return "u" + Base64Url.EncodeToString(zipped.ToArray());
    }

    private static string Word(StatusPurpose purpose) => purpose switch
    {
        StatusPurpose.Revocation => "revocation",
        StatusPurpose.Suspension => "suspension",
        _ => throw new ArgumentOutOfRangeException(nameof(purpose)),
    };
}
