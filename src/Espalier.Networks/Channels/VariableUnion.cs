namespace Espalier.Networks;

/// <summary>Variables that must be equal, as trees (union-find); a set is fixed as soon as one of its members is.</summary>
internal sealed class VariableUnion
{
    private readonly List<int> _parents = [];
    private readonly List<bool> _fixed = [];

    /// <summary>How many variables there are, joined or not.</summary>
    public int Count => _parents.Count;

    /// <summary>Fresh variables.</summary>
    public int[] Add(int count, bool isFixed)
    {
        var first = _parents.Count;
        for (var i = 0; i < count; i++)
        {
            _parents.Add(first + i);
            _fixed.Add(isFixed);
        }

        return [.. Enumerable.Range(first, count)];
    }

    /// <summary>The variable that stands for all equal to this one: the smallest.</summary>
    public int Root(int variable)
    {
        while (_parents[variable] != variable) variable = _parents[variable] = _parents[_parents[variable]];
        return variable;
    }

    /// <summary>Makes two variables equal.</summary>
    public void Join(int first, int second)
    {
        var (one, other) = (Root(first), Root(second));
        if (one == other) return;
        var (root, leaf) = (Math.Min(one, other), Math.Max(one, other));
        _parents[leaf] = root;
        _fixed[root] |= _fixed[leaf];
    }

    /// <summary>Whether a variable must stay.</summary>
    public bool IsFixed(int variable) => _fixed[Root(variable)];

    /// <summary>Makes a variable stay.</summary>
    public void Fix(int variable) => _fixed[Root(variable)] = true;
}
