using CsCheck;

namespace Coordination.Raft.Tests;

/// <summary>Random sequences of everything that can happen to a log, each step compared with <see cref="NaiveLog"/>.</summary>
public sealed class RaftLogModelTests
{
    private const int StepKinds = 9;

    [Fact]
    public void Log_behaves_as_a_naive_one_does() =>
        Gen.Select(Gen.Int[0, StepKinds - 1], Gen.Int[0, 1000]).Array[0, 60].Sample(
            steps =>
            {
                var run = new Run();
                foreach (var (kind, number) in steps)
                {
                    run.Perform(kind, number);
                    run.Compare();
                }
            },
            iter: 5_000,
            threads: 1);

    private sealed class Run
    {
        private static readonly Membership[] Memberships = [Given.Voters(1, 2, 3), Given.Voters(1, 2), Given.Voters(1, 2, 3, 4)];

        private readonly RaftLog _log = new(new RestoredState { Snapshot = Given.Snapshot(0, 0, Memberships[0]) });
        private readonly NaiveLog _naive = new(Memberships[0]);
        private int _term = 1;

        public void Perform(int kind, int number)
        {
            switch (kind)
            {
                case 0 or 1:
                    Append(number);
                    break;
                case 2:
                    AppendFromLeader(number);
                    break;
                case 3:
                    Commit(number);
                    break;
                case 4:
                    HandOut();
                    break;
                case 5:
                    Apply(number);
                    break;
                case 6:
                    CompactOrRestore(number);
                    break;
                case 7:
                    Issue();
                    break;
                default:
                    Acknowledge(number);
                    break;
            }
        }

        public void Compare()
        {
            Assert.Equal(Given.At(_naive.Base), _log.BaseIndex);
            Assert.Equal((Given.At(_naive.Last), Given.In(_naive.LastTerm)), (_log.LastIndex, _log.LastTerm));
            Assert.Equal((Given.At(_naive.Committed), Given.At(_naive.Applied)), (_log.Committed, _log.Applied));
            Assert.Equal(Given.At(_naive.Durable), _log.Durable);
            Assert.Equal(_naive.Membership, _log.Membership);
            Assert.Equal(_naive.Entries.Sum(entry => (long)entry.SizeBytes), _log.Bytes);
            Assert.Equal(_naive.Entries, _log.Slice(_log.BaseIndex.Next(), _log.LastIndex, long.MaxValue, int.MaxValue).ToArray());
            for (int index = 0; index <= _naive.Last + 2; index++)
            {
                Assert.Equal(_naive.TermAt(index) is { } term ? Given.In(term) : null, _log.FindTerm(Given.At(index)));
            }
        }

        private void Append(int number)
        {
            _term += number % 7 == 0 ? 1 : 0;
            var entry = NewEntry(_naive.Last + 1, number);
            _naive.Append(entry);
            _log.Append(entry);
        }

        /// <summary>A leader whose log agrees up to some position at or after the commit index sends entries of its own from there.</summary>
        private void AppendFromLeader(int number)
        {
            _term++;
            int agreement = Math.Max(_naive.Base, _naive.Committed + (number % (_naive.Last - _naive.Committed + 1)));
            int overlap = Math.Min(number % 4, agreement - _naive.Base);
            List<Entry> entries = [.. _naive.Entries.Skip(agreement - overlap - _naive.Base).Take(overlap)];
            for (int i = 0; i < number % 5; i++)
            {
                entries.Add(NewEntry(agreement + 1 + i, number + i));
            }

            bool truncates = number % 5 > 0 && agreement < _naive.Last;
            _naive.AppendFromLeader(entries);
            var effect = _log.AppendFromLeader(entries.ToArray());
            Assert.Equal(truncates, effect.HasFlag(AppendEffect.Truncated));
        }

        private void Commit(int number)
        {
            int index = _naive.Committed + (number % (_naive.Last - _naive.Committed + 1));
            _naive.CommitTo(index);
            _log.CommitTo(Given.At(index));
        }

        private void HandOut()
        {
            var expected = _naive.HandOut();
            Assert.Equal(expected.Length > 0, _log.HasCommittedToHandOut);
            Assert.Equal(expected, _log.HandOutCommitted(long.MaxValue).ToArray());
        }

        private void Apply(int number)
        {
            int index = _naive.Applied + (number % (_naive.HandedOut - _naive.Applied + 1));
            _naive.AppliedTo(index);
            _log.AppliedTo(Given.At(index));
        }

        private void CompactOrRestore(int number)
        {
            if (number % 4 == 0)
            {
                _term++;
                var snapshot = Given.Snapshot(_naive.Committed + 1 + (number % 6), _term, Memberships[number % 3]);
                _naive.Restore(snapshot);
                _log.Restore(snapshot);
                Issue();
                return;
            }

            int index = _naive.Base + (number % (_naive.Applied - _naive.Base + 1));
            _naive.Compact(index);
            _log.Compact(Given.At(index));
        }

        private void Issue()
        {
            _naive.Issue();
            Assert.Equal(_naive.LastIssued, _log.IssueWrite(out _, out _));
            Assert.False(_log.HasUnissued);
        }

        private void Acknowledge(int number)
        {
            long acknowledged = _log.Durability.LastAcknowledged;
            long sequence = acknowledged + (number % (_naive.LastIssued - acknowledged + 1));
            _naive.Acknowledge(sequence);
            _log.Durability.Acknowledge(sequence);
        }

        private Entry NewEntry(int index, int number) => number % 5 == 0
            ? Given.MembershipChange(index, _term, Memberships[number % 3])
            : Given.Command(index, _term, $"{number}");
    }
}
