namespace Tremplin.Certification.Credentials;

/// <summary>Base 58 with Bitcoin's alphabet, behind the <c>z</c> of multibase.</summary>
public static class Base58
{
    private const string Alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

    /// <summary>Writes bytes.</summary>
    public static string Encode(ReadOnlySpan<byte> bytes)
    {
        var text = Convert(bytes.ToArray(), 256, 58).Select(digit => Alphabet[digit]);
        return "z" + string.Concat(text);
    }

    /// <summary>Reads what <see cref="Encode"/> writes.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static byte[] Decode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var digits = text.Skip(1).Select(c => Alphabet.IndexOf(c, StringComparison.Ordinal)).ToList();
        return text.StartsWith('z') && !digits.Contains(-1)
            ? [.. Convert([.. digits.Select(d => (byte)d)], 58, 256)]
            : throw new FormatException("It is not written in base 58.");
    }

    /// <summary>The digits of a number in another base; each leading zero stays one.</summary>
    private static IEnumerable<byte> Convert(byte[] digits, int from, int to)
    {
        var zeros = digits.TakeWhile(d => d == 0).Count();
        List<byte> result = [];
        foreach (var digit in digits[zeros..])
        {
            int carry = digit;
            for (var i = 0; i < result.Count || carry > 0; i++)
            {
                if (i == result.Count)
                    result.Add(0);
                carry += result[i] * from;
                (result[i], carry) = ((byte)(carry % to), carry / to);
            }
        }

        return Enumerable.Repeat((byte)0, zeros).Concat(Enumerable.Reverse(result));
    }
}
