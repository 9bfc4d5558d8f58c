namespace Espalier.Networks;

/// <summary>A module of the tables, such as C3: what primitive nodes it stands for, with the original's state-dict names.</summary>
internal abstract class LayerMacro
{
    /// <summary>Whether a row's repeats are the block's own (C3's bottlenecks); otherwise the whole block repeats.</summary>
    public virtual bool RepeatsInside => false;

    /// <summary>Adds the nodes of one row and returns the position of its output.</summary>
    /// <exception cref="GraphException">The arguments or the inputs do not fit.</exception>
    public abstract int Expand(LayerContext context);
}
