# Sourced: real daemons of Slurm on this machine for a test, rootless, without munge, on 127.0.0.1 only: a controller and
# two nodes of one core, c1 and c2. `slurm_start DIR` starts them and exports SLURM_CONF, `slurm_stop` ends them by their
# process ids, `slurm_node_start NODE` brings one back.

slurm_start() {
    slurm_dir="$1"
    local user base
    user="$(id -un)"
    # Ports that nobody else listens on, so that two checkouts can be tested at the same time.
    base="$(python3 -c 'import random; print(random.randrange(20000, 30000))')"
    mkdir -p "$slurm_dir"/{state,spool,log,run}
    cat > "$slurm_dir/slurm.conf" << CONF
ClusterName=test
SlurmctldHost=localhost(127.0.0.1)
SlurmctldPort=$base
SlurmUser=$user
SlurmdUser=$user
AuthType=auth/none
CredType=cred/none
StateSaveLocation=$slurm_dir/state
SlurmdSpoolDir=$slurm_dir/spool/%n
SlurmctldPidFile=$slurm_dir/run/controller.pid
SlurmdPidFile=$slurm_dir/run/%n.pid
SlurmctldLogFile=$slurm_dir/log/controller.log
SlurmdLogFile=$slurm_dir/log/%n.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_Core
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
SlurmdTimeout=5
KillWait=5
MaxArraySize=1001
SchedulerParameters=sched_interval=2,batch_sched_delay=0,bf_interval=2,default_queue_depth=1000
CommunicationParameters=NoInAddrAny,NoCtldInAddrAny
JobRequeue=1
NodeName=c1 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((base + 1)) CPUs=1 RealMemory=1000
NodeName=c2 NodeHostname=localhost NodeAddr=127.0.0.1 Port=$((base + 2)) CPUs=1 RealMemory=1000
PartitionName=main Nodes=c[1-2] Default=YES MaxTime=1:00:00 State=UP
CONF
    export SLURM_CONF="$slurm_dir/slurm.conf"
    slurmctld -D -c > "$slurm_dir/log/controller.out" 2>&1 &
    echo $! > "$slurm_dir/run/process.controller"
    slurm_node_start c1
    slurm_node_start c2
    for _ in $(seq 60); do
        if sinfo -h -o '%T %D' 2> /dev/null | grep -q '^idle 2'; then return 0; fi
        sleep 0.5
    done
    cat "$slurm_dir"/log/*.out "$slurm_dir"/log/*.log >&2
    echo "the nodes of Slurm did not come up" >&2
    return 1
}

slurm_node_start() {
    slurmd -D -N "$1" > "$slurm_dir/log/$1.out" 2>&1 &
    echo $! > "$slurm_dir/run/process.$1"
}

slurm_stop() {
    local file
    for file in c1 c2 controller; do
        kill "$(cat "$slurm_dir/run/process.$file")" 2> /dev/null || true
    done
    wait 2> /dev/null || true
}
