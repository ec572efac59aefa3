using System.Security.Cryptography;

namespace Tremplin.Ledger;

/// <summary>The tree of RFC 6962, section 2.1 (RFC 9162, section 2.1): SHA-256, leaves and nodes told apart by a first byte.</summary>
public static class Merkle
{
    /// <summary>The length of a hash in bytes.</summary>
    public const int Length = SHA256.HashSizeInBytes;

    /// <summary>The hash of a leaf.</summary>
    public static byte[] Leaf(ReadOnlySpan<byte> entry)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData([0]);
        hash.AppendData(entry);
        return hash.GetHashAndReset();
    }

    /// <summary>The hash of a node over two.</summary>
    public static byte[] Node(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        Span<byte> both = stackalloc byte[1 + Length + Length];
        both[0] = 1;
        left.CopyTo(both[1..]);
        right.CopyTo(both[(1 + Length)..]);
        return SHA256.HashData(both);
    }

    /// <summary>The root over these hashes in order; of none the hash of nothing.</summary>
    public static byte[] Root(ReadOnlySpan<byte[]> hashes) => hashes.Length switch
    {
        0 => SHA256.HashData([]),
        1 => hashes[0],
        var n => Node(Root(hashes[..(int)Split(n)]), Root(hashes[(int)Split(n)..])),
    };

    /// <summary>The audit path of a leaf in a tree of this size (RFC 9162, section 2.1.3.1), from the leaf upwards.</summary>
    /// <param name="index">The leaf's place, from 0.</param>
    /// <param name="size">The number of leaves.</param>
    /// <param name="subtree">The root over the leaves from the first number up to, and without, the second.</param>
    public static IReadOnlyList<byte[]> Inclusion(long index, long size, Func<long, long, byte[]> subtree)
    {
        ArgumentNullException.ThrowIfNull(subtree);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, size);
        var path = new List<byte[]>();
        for (var (start, end) = (0L, size); end - start > 1;)
        {
            var middle = start + Split(end - start);
            path.Insert(0, index < middle ? subtree(middle, end) : subtree(start, middle));
            (start, end) = index < middle ? (start, middle) : (middle, end);
        }

        return path;
    }

    /// <summary>The proof that a tree of the second size continues one of the first (RFC 9162, section 2.1.4.1).</summary>
    /// <inheritdoc cref="Inclusion" path="/param[@name='subtree']"/>
    public static IReadOnlyList<byte[]> Consistency(long first, long second, Func<long, long, byte[]> subtree)
    {
        ArgumentNullException.ThrowIfNull(subtree);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(first);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first, second);
        var path = new List<byte[]>();
        var (start, end, whole) = (0L, second, true);
        while (first < end)
        {
            var middle = start + Split(end - start);
            path.Insert(0, first <= middle ? subtree(middle, end) : subtree(start, middle));
            (start, end, whole) = first <= middle ? (start, middle, whole) : (middle, end, false);
        }

        if (!whole)
            path.Insert(0, subtree(start, end));
        return path;
    }

    /// <summary>Whether a leaf is where it is said to be in the tree with this root (RFC 9162, section 2.1.3.2).</summary>
    public static bool Includes(byte[] root, long size, byte[] leaf, long index, IEnumerable<byte[]> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (index < 0 || index >= size)
            return false;
        var (at, last, hash) = (index, size - 1, leaf);
        foreach (var other in path)
        {
            if (last == 0)
                return false;
            if ((at & 1) == 1 || at == last)
            {
                hash = Node(other, hash);
                while ((at & 1) == 0 && at != 0)
                    (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                hash = Node(hash, other);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && hash.AsSpan().SequenceEqual(root);
    }

    /// <summary>Whether the second tree holds the first unchanged (RFC 9162, section 2.1.4.2).</summary>
    public static bool Continues(long first, byte[] firstRoot, long second, byte[] secondRoot, IReadOnlyList<byte[]> path)
    {
        ArgumentNullException.ThrowIfNull(path);
        if (first <= 0 || first > second)
            return false;
        if (first == second)
            return path.Count == 0 && firstRoot.AsSpan().SequenceEqual(secondRoot);
        // Where the first tree is complete, its root is not sent.
        var hashes = long.IsPow2(first) ? [firstRoot, .. path] : path.ToList();
        if (hashes.Count == 0)
            return false;
        var (at, last) = (first - 1, second - 1);
        while ((at & 1) == 1)
            (at, last) = (at >> 1, last >> 1);
        var (old, now) = (hashes[0], hashes[0]);
        foreach (var other in hashes.Skip(1))
        {
            if (last == 0)
                return false;
            if ((at & 1) == 1 || at == last)
            {
                (old, now) = (Node(other, old), Node(other, now));
                while ((at & 1) == 0 && at != 0)
                    (at, last) = (at >> 1, last >> 1);
            }
            else
            {
                now = Node(now, other);
            }

            (at, last) = (at >> 1, last >> 1);
        }

        return last == 0 && old.AsSpan().SequenceEqual(firstRoot) && now.AsSpan().SequenceEqual(secondRoot);
    }

    /// <summary>Where a tree of more than one leaf divides: the largest power of two below its size.</summary>
    internal static long Split(long size) => 1L << (int)long.Log2(size - 1);
}
