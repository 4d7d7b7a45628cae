# Waits until whoever started it closes the pipe that is its input, or ends, which closes
# the pipe too. Then it ends each process that works in the folder $1, and removes the
# folder. It takes a process to do so, since one that is killed can do nothing more, and
# what the kernel sends when a parent ends (PR_SET_PDEATHSIG) neither removes folders nor
# reaches the children of servers, and comes when a mere thread of the parent ends.
read -r _

left=yes
while [ -n "$left" ]; do
  left=
  for process in /proc/[0-9]*; do
    case $(readlink "$process/cwd" 2>/dev/null) in
    "$1" | "$1"/*) kill -KILL "${process#/proc/}" 2>/dev/null && left=yes ;;
    esac
  done
done

# A PostgreSQL that was killed leaves a segment of shared memory, of the id that its lock
# file ends in. One that stopped leaves neither.
segment=$(sed -n '7s/.* //p' "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$segment" ]; then
  ipcrm -m "$segment" 2>/dev/null
fi

# In a folder of somebody else's, which this one may lie in, it removes all but $1 itself.
rm -rf -- "$1" 2>/dev/null || true
