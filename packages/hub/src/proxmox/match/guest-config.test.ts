import { expect, test } from 'bun:test'
import { readGuestConfig } from './guest-config.ts'

test('a virtual machine is known by its MACs and its SMBIOS uuid', () => {
  const identity = readGuestConfig({
    net0: 'virtio=BC:24:11:0A:0B:0C,bridge=vmbr0,firewall=1',
    net1: 'e1000=BC:24:11:0A:0B:0D,bridge=vmbr1',
    ipconfig0: 'ip=10.0.0.5/24,gw=10.0.0.1,ip6=fd00::5/64',
    smbios1: 'uuid=6F9619FF-8B86-D011-B42D-00CF4FC964FF,manufacturer=bHVtZW4=,base64=1',
    cores: 4,
  })
  expect(identity).toEqual({
    macs: ['bc:24:11:0a:0b:0c', 'bc:24:11:0a:0b:0d'],
    ips: ['10.0.0.5', 'fd00::5'],
    uuid: '6f9619ff-8b86-d011-b42d-00cf4fc964ff',
  })
})

test('a container is known by its MACs and fixed addresses', () => {
  const net0 = 'name=eth0,bridge=vmbr0,hwaddr=BC:24:11:00:00:01,ip=192.168.1.7/24,ip6=auto,type=veth'
  expect(readGuestConfig({ net0, net1: 'name=eth1,ip=dhcp' })).toEqual({
    ...{ macs: ['bc:24:11:00:00:01'], ips: ['192.168.1.7'], uuid: null },
  })
})

test('nonsense tells nothing', () => {
  expect(readGuestConfig({ net0: 7, net1: 'x', smbios1: 'uuid=1', lock: null })).toEqual({
    ...{ macs: [], ips: [], uuid: null },
  })
})
