namespace Tremplin.Ledger;

/// <summary>
/// Up to 256 hashes of one height, side by side (C2SP tlog-tiles): level 0 holds leaves, each level above it the roots
/// of 256 hashes below.
/// </summary>
/// <param name="Level">The level, from 0.</param>
/// <param name="Index">The tile's place on its level, from 0.</param>
/// <param name="Hashes">The hashes, one after the other.</param>
public sealed record Tile(int Level, long Index, ReadOnlyMemory<byte> Hashes)
{
    /// <summary>How many hashes a full tile has.</summary>
    public const int Width = 256;

    internal IEnumerable<byte[]> Each() => Enumerable.Range(0, Hashes.Length / Merkle.Length).Select(At);

    internal byte[] At(int place) => Hashes.Slice(place * Merkle.Length, Merkle.Length).ToArray();
}

/// <summary>A tree that grows. It remembers its right edge only, so the size does not matter.</summary>
public sealed class Tree
{
    private readonly List<List<byte[]>> _edge = [];

    /// <summary>An empty tree.</summary>
    public Tree()
    {
    }

    /// <summary>A tree of this size, from its tiles.</summary>
    /// <param name="size">The number of leaves.</param>
    /// <param name="tile">The tile of this level at this place.</param>
    /// <exception cref="InvalidDataException">A tile holds fewer hashes than it must.</exception>
    public Tree(long size, Func<int, long, Tile> tile)
    {
        ArgumentNullException.ThrowIfNull(tile);
        Size = size;
        for (var (level, below) = (0, size); below > 0; (level, below) = (level + 1, below / Tile.Width))
        {
            var count = (int)(below % Tile.Width);
            var hashes = count == 0 ? [] : tile(level, below / Tile.Width).Each().Take(count).ToList();
            if (hashes.Count < count)
                throw new InvalidDataException($"Tile {below / Tile.Width} of level {level} holds {hashes.Count} hashes, not {count}.");
            _edge.Add(hashes);
        }
    }

    /// <summary>The number of leaves.</summary>
    public long Size { get; private set; }

    /// <summary>Adds a leaf; returns the tiles that it completed.</summary>
    public IReadOnlyList<Tile> Append(byte[] leaf)
    {
        var full = new List<Tile>();
        Size++;
        for (var (level, hash) = (0, leaf); ; level++)
        {
            if (level == _edge.Count)
                _edge.Add([]);
            _edge[level].Add(hash);
            if (_edge[level].Count < Tile.Width)
                return full;
            full.Add(new(level, (Size >> (8 * (level + 1))) - 1, Joined(_edge[level])));
            hash = Merkle.Root(_edge[level].ToArray());
            _edge[level].Clear();
        }
    }

    /// <summary>The tiles that are not full yet.</summary>
    public IEnumerable<Tile> Partial() => _edge.Index().Where(e => e.Item.Count > 0)
        .Select(e => new Tile(e.Index, Size >> (8 * (e.Index + 1)), Joined(e.Item)));

    /// <summary>The root over all leaves.</summary>
    public byte[] Root()
    {
        // From the small trees on the right to the large ones on the left.
        byte[]? root = null;
        foreach (var hashes in _edge)
        {
            for (var (end, rest) = (hashes.Count, hashes.Count); rest > 0; end -= rest & -rest, rest &= rest - 1)
            {
                var complete = Merkle.Root(hashes.Slice(end - (rest & -rest), rest & -rest).ToArray());
                root = root is null ? complete : Merkle.Node(complete, root);
            }
        }

        return root ?? Merkle.Root([]);
    }

    /// <summary>The root over the leaves from one place up to, and without, another, from tiles.</summary>
    /// <inheritdoc cref="Tree(long, Func{int, long, Tile})" path="/param[@name='tile']"/>
    public static byte[] Subtree(long start, long end, Func<int, long, Tile> tile)
    {
        ArgumentNullException.ThrowIfNull(tile);
        var size = end - start;
        if (!long.IsPow2(size) || start % size != 0)
            return Merkle.Node(Subtree(start, start + Merkle.Split(size), tile), Subtree(start + Merkle.Split(size), end, tile));
        var height = (int)long.Log2(size);
        var (level, place) = (height / 8, start >> (height / 8 * 8));
        var hashes = tile(level, place / Tile.Width);
        var count = 1 << (height % 8);
        return Merkle.Root([.. Enumerable.Range((int)(place % Tile.Width), count).Select(hashes.At)]);
    }

    private static byte[] Joined(List<byte[]> hashes)
    {
        var joined = new byte[hashes.Count * Merkle.Length];
        foreach (var (place, hash) in hashes.Index())
            hash.CopyTo(joined, place * Merkle.Length);
        return joined;
    }
}
