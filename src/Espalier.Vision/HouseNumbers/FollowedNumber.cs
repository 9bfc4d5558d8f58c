namespace Espalier.Vision;

/// <summary>One number that is followed from frame to frame: where it is, how it moves, and the votes for its texts.</summary>
internal sealed class FollowedNumber
{
    // A reading takes over only with so many times the votes of the leading one: two that are about as frequent would take turns.
    private const double Margin = 1.5;
    private readonly List<Reading> _readings = [];
    private readonly double _first;
    private double _last;
    private double _recentFrames;
    private int _frames;
    private (float X, float Y) _speed;
    private Reading _leading;

    /// <summary>A number that is seen for the first time.</summary>
    public FollowedNumber(HouseNumber number, double seconds)
    {
        (Box, _first, _last, Sightings) = (number.Box, seconds, seconds, 1);
        _leading = Vote(number, seconds);
    }

    /// <summary>0 until it is steady.</summary>
    public int Identity { get; set; }

    /// <summary>How many frames more saw it than did not; counts only until it is steady.</summary>
    public int Sightings { get; private set; }

    /// <summary>Frames in a row that did not see it.</summary>
    public int Missed { get; private set; }

    /// <summary>Where it was last seen.</summary>
    public Box Box { get; private set; }

    public string Text => _leading.Text;

    public SteadyNumber Current => new(Identity, _leading.Text, (float)(_leading.RecentConfidence / _recentFrames), Box);

    public NumberTrack Track
    {
        get
        {
            var most = _readings.MaxBy(reading => reading.Votes)!;
            return new NumberTrack(Identity, most.Text, (float)(most.Confidence / _frames), _first, _last, most.BestSeconds, most.BestBox);
        }
    }

    /// <summary>How well a box fits: where the number was, or where it would be by now if it, or the camera, went on as before.</summary>
    public float Fit(Box box)
    {
        var frames = Missed + 1;
        return Math.Max(BoxOverlap.IoU(Box, box), BoxOverlap.IoU(Box.ScaleAndMove(1, 1, _speed.X * frames, _speed.Y * frames), box));
    }

    /// <summary>A frame that sees it.</summary>
    public void Update(HouseNumber number, double seconds, float memory)
    {
        var frames = Missed + 1;
        // Half of the old speed: a digit that is missed moves the box's centre, too.
        _speed = ((_speed.X + ((number.Box.CenterX - Box.CenterX) / frames)) / 2,
            (_speed.Y + ((number.Box.CenterY - Box.CenterY) / frames)) / 2);
        (Box, _last, Missed) = (number.Box, seconds, 0);
        Sightings++;
        _recentFrames *= memory;
        foreach (var reading in _readings) reading.Fade(memory);
        var voted = Vote(number, seconds);
        if (voted.RecentVotes > Margin * _leading.RecentVotes) _leading = voted;
    }

    /// <summary>A frame that does not see it.</summary>
    public void MarkMissed()
    {
        Missed++;
        Sightings--;
    }

    private Reading Vote(HouseNumber number, double seconds)
    {
        _recentFrames++;
        _frames++;
        var reading = _readings.Find(known => known.Text == number.Text);
        if (reading is null) _readings.Add(reading = new Reading(number.Text));
        reading.Add(number, seconds);
        return reading;
    }

    /// <summary>A text that was read, and what speaks for it.</summary>
    private sealed class Reading(string text)
    {
        private float _bestConfidence = -1;

        public string Text { get; } = text;

        public double RecentVotes { get; private set; }

        public double RecentConfidence { get; private set; }

        public double Votes { get; private set; }

        public double Confidence { get; private set; }

        public double BestSeconds { get; private set; }

        public Box BestBox { get; private set; }

        public void Fade(float memory)
        {
            RecentVotes *= memory;
            RecentConfidence *= memory;
        }

        /// <summary>
        /// Votes are digits times their geometric mean confidence. By the product alone a reading that misses a digit would outvote a whole
        /// one, and digits are missed far more often than invented.
        /// </summary>
        public void Add(HouseNumber number, double seconds)
        {
            var votes = number.Text.Length * Math.Pow(number.Confidence, 1.0 / Math.Max(number.Text.Length, 1));
            RecentVotes += votes;
            Votes += votes;
            RecentConfidence += number.Confidence;
            Confidence += number.Confidence;
            if (number.Confidence > _bestConfidence) (_bestConfidence, BestSeconds, BestBox) = (number.Confidence, seconds, number.Box);
        }
    }
}
